import { ManifestPolicy } from '../../../lib/compiler';
import { flow, policy, tcp, workload } from '../../analysis/manifests';

/** Text of somebody who would like to be more than a label. */
export const HOSTILE = [
  '</script><script>window.hacked = 1</script>', '"><img src=x onerror="window.hacked=1">', '\u2028\u2029 line ends', '${window.hacked=1}', '\u202egnp.exe',
  '<!--', ']]>', "' onload='window.hacked=1", '😀 名前 עברית', 'end\nsubgraph x', '\\N \\" ]; a -> b; "', '&lt;b&gt;', '`"**x**"`', 'x'.repeat(300),
];

/** One workload, label, justification each of hostile text. */
export function hostilePolicy(): ManifestPolicy {
  const names = HOSTILE.map((_, index) => `w${index}`);
  const workloads = names.map((id, index) => workload(id, {
    labels: { app: HOSTILE[index], [HOSTILE[index].slice(0, 60)]: 'value', __proto__x: 'y', constructor: HOSTILE[index] },
    services: [{ name: HOSTILE[index], ...tcp(443) }],
    path: `App/${HOSTILE[index]}`,
  }));
  const flows = names.slice(1).map((server, index) => ({
    ...flow(names[index], server, tcp(443)), justification: HOSTILE[index], owner: HOSTILE[index], origins: [HOSTILE[index]],
  }));
  return policy(workloads, flows, { segments: [{ id: HOSTILE[0], members: names.slice(0, 3) }] });
}

const TIERS = [
  'edge', 'web', 'web', 'web', 'web', 'api', 'api', 'api', 'api', 'worker', 'worker', 'worker', 'queue', 'cache', 'cache', 'db', 'db', 'db', 'batch', 'report',
];
const CALLS: readonly [client: string, server: string, port: number][] = [
  ['edge', 'web', 443], ['web', 'api', 8443], ['api', 'db', 5432], ['api', 'cache', 6379], ['api', 'queue', 5672], ['worker', 'queue', 5672],
  ['worker', 'db', 5432], ['batch', 'db', 5432], ['report', 'db', 5432],
];
const MODES = ['enforce', 'enforce', 'monitor', 'visibility'];
const ENVIRONMENTS = ['prod', 'prod', 'staging', 'dev'];

/** A company: 25 applications of 20 workloads, with what they share. */
export function companyPolicy(): ManifestPolicy {
  const apps = Array.from({ length: 25 }, (_, index) => `app-${String(index).padStart(2, '0')}`);
  const members = apps.map((app, index) => TIERS.map((tier, place) => ({ id: `${app}-${tier}-${place}`, app, tier, index })));
  const workloads = members.flat().map(({ id, app, tier, index }) => workload(id, {
    labels: { app, tier, env: ENVIRONMENTS[index % 4] },
    mode: MODES[index % 4],
    criticality: tier === 'db' ? 'crown-jewel' : 'medium',
    services: CALLS.filter(([, server]) => server === tier).slice(0, 1).map(([, server, port]) => ({ name: server, ...tcp(port) })),
  }));
  const inside = (own: (typeof members)[0]) => CALLS.flatMap(([client, server, port]) => {
    const [clients, servers] = [client, server].map((wanted) => own.filter(({ tier }) => tier === wanted));
    return clients.flatMap((from) => servers.map((to) => flow(from.id, to.id, tcp(port))));
  });
  const flows = members.flatMap((own, index) => [
    ...inside(own),
    ...(index % 3 === 0 ? [flow({ any: 'ipv4' }, own[0].id, tcp(443))] : []),
    // Everybody uses one of four shared applications, and some use another one of their kind.
    ...(index < 4 ? [] : [flow(own[5].id, members[index % 4][1].id, tcp(443)), flow(own[9].id, members[(index + 1) % 4][5].id, tcp(8443))]),
    ...(index % 3 === 2 && index >= 4 ? [flow(own[7].id, members[4 + (index * 7) % 21][6].id, tcp(8443))] : []),
  ]);
  return policy(workloads, flows.map((each, index) => ({ ...each, id: `f${index}`, justification: 'needed' })), { id: 'Company', path: 'App/Company' });
}

/** Six workloads in two applications and a segment. */
export function shopPolicy(): ManifestPolicy {
  const named = (id: string, port: number | undefined, app = 'shop') => workload(id, {
    labels: { app, tier: id }, services: port === undefined ? [] : [{ name: id, ...tcp(port) }],
    criticality: id === 'db' ? 'crown-jewel' : 'medium',
  });
  const workloads = [
    named('api', 8443), named('batch', undefined, 'reports'), named('cache', 6379), named('db', 5432), named('edge', 443), named('web', 443),
  ];
  const flows = [
    flow({ any: 'ipv4' }, 'edge', tcp(443)), flow('edge', 'web', tcp(443)), flow('web', 'api', tcp(8443)), flow('api', 'cache', tcp(6379)),
    { ...flow('api', 'db', tcp(5432)), justification: 'orders', owner: 'team shop', expires: '2099-12-31' }, flow('batch', 'db', tcp(5432)),
  ];
  return policy(workloads, flows, { id: 'Shop', segments: [{ id: 'Cardholder', members: ['api', 'db'] }] });
}
