import { readdirSync } from 'fs';
import { join } from 'path';
import * as fc from 'fast-check';
import { lint, LintOptions } from '../../lib/analysis/lint';
import { CHECKS } from '../../lib/analysis/lint/checks';
import { coveredFlows } from '../../lib/analysis/lint/coverage';
import { OpenEnds } from '../../lib/analysis/open-ends';
import { graphOf } from '../../lib/analysis/policy-graph';
import { compilePolicy, ManifestFlow, ManifestPolicy, ManifestWorkload, servicesOf } from '../../lib/compiler';
import { LINT_CODES } from '../../lib/support/lint-codes';
import { payments } from '../model/policies';
import { Declared } from '../properties/declare';
import { runs, SEED } from '../properties/runs';
import { policySpecs } from '../properties/specs';
import { flow as bareFlow, policy, tcp, workload } from './manifests';

const NOW = Date.parse('2026-06-01T00:00:00Z');
const flow = (...args: Parameters<typeof bareFlow>): ManifestFlow => ({ ...bareFlow(...args), justification: 'needed' });
const WORKLOADS = [workload('Web'), workload('Api'), workload('Office', { managed: false, enforcementPoints: [], addresses: ['203.0.113.0/24'] })];

interface Around {
  readonly workloads?: ManifestWorkload[];
  readonly more?: Partial<ManifestPolicy>;
  readonly options?: Partial<LintOptions>;
}

function found(flows: ManifestFlow[], { workloads = WORKLOADS, more = {}, options = {} }: Around = {}) {
  return lint([graphOf(policy(workloads, flows, more))], { now: NOW, expiringDays: 30, acknowledgements: [], ...options });
}

const told = (...args: Parameters<typeof found>) => found(...args).map(({ check, message }) => `${check} ${message}`);

test('GIVEN the folder of checks THEN each file is one check of the list, with a code of its own', () => {
  const files = readdirSync(join(__dirname, '../../lib/analysis/lint/checks')).filter((file) => file !== 'index.ts');
  expect(CHECKS).toHaveLength(files.length);
  expect(CHECKS.map(({ code }) => code)).toEqual(LINT_CODES);
});

test('GIVEN a policy in order THEN nothing is found', () => {
  expect(found([flow('Web', 'Api', tcp(8443)), flow('Office', 'Web', tcp(443)), flow({ cidr: '192.0.2.0/24' }, 'Web', tcp(443))])).toEqual([]);
});

describe('each check', () => {
  test.each<[string, ManifestFlow[], string[]]>([
    ['a flow inside a wider one', [flow({ cidr: '10.0.0.0/9' }, 'Web', tcp(80, 90)), flow({ cidr: '10.1.0.0/16' }, 'Web', tcp(80))],
      ['MSEG5101 the flow 10.1.0.0/16 -> Web tcp/80 is part of 10.0.0.0/9 -> Web tcp/80-90']],
    ['an unmanaged workload inside an open block', [flow({ cidr: '203.0.112.0/20' }, 'Web', tcp(443)), flow('Office', 'Web', tcp(443))],
      ['MSEG5101 the flow Office -> Web tcp/443 is part of 203.0.112.0/20 -> Web tcp/443']],
    ['a flow that two others cover', [flow({ cidr: '10.0.0.0/9' }, 'Web', tcp(80)), flow({ cidr: '10.0.0.0/10' }, 'Web', tcp(79, 80)), flow({ cidr: '10.64.0.0/10' }, 'Web', tcp(80, 81))],
      ['MSEG5102 the flow 10.0.0.0/9 -> Web tcp/80 adds nothing to 10.0.0.0/10 -> Web tcp/79-80 and 10.64.0.0/10 -> Web tcp/80-81']],
    ['everybody', [flow({ any: 'ipv4' }, 'Web', tcp(443))], ['MSEG5103 the flow any ipv4 -> Web tcp/443 admits everybody as clients']],
    ['a very wide block', [flow('Web', { cidr: '10.0.0.0/8' }, tcp(443)), flow('Web', { cidr: '2001:db8::/32' }, tcp(443)), flow('Web', { cidr: '192.0.2.0/24' }, tcp(443))], [
      'MSEG5103 the flow Web -> 10.0.0.0/8 tcp/443 admits the whole of a /8 as servers',
      'MSEG5103 the flow Web -> 2001:db8::/32 tcp/443 admits the whole of a /32 as servers']],
    ['a wide range of ports', [flow('Web', 'Api', tcp(1, 1001)), flow('Api', 'Web', tcp(1, 1000))], ['MSEG5104 the flow Web -> Api tcp/1-1001 opens 1001 ports']],
    ['protocols without ports', [flow('Web', 'Api', { protocol: '50' }, { protocol: 'icmp' })], []],
    ['no justification', [bareFlow('Web', 'Api', tcp(1)), { ...flow('Api', 'Web', tcp(1)), justification: ' ' }],
      ['MSEG5107 the flow Api -> Web tcp/1 has no justification', 'MSEG5107 the flow Web -> Api tcp/1 has no justification']],
    ['expiry', [
      { ...flow('Web', 'Api', tcp(1)), expires: '2026-05-31' }, { ...flow('Web', 'Api', tcp(2)), expires: '2026-06-01' },
      { ...flow('Web', 'Api', tcp(3)), expires: '2026-06-30' }, { ...flow('Web', 'Api', tcp(4)), expires: '2026-07-01' },
    ], [
      'MSEG5010 the flow Web -> Api tcp/1 expired on 2026-05-31', 'MSEG5106 the flow Web -> Api tcp/2 expires on 2026-06-01', 'MSEG5106 the flow Web -> Api tcp/3 expires on 2026-06-30',
    ]],
  ])('GIVEN %s THEN it is reported', (_, flows, expected) => {
    expect(told(flows)).toEqual(expected);
  });

  test('GIVEN services that no flow opens THEN they are unused', () => {
    const services = [{ name: 'https', ...tcp(443) }, { name: 'admin', ...tcp(8000, 8010) }];
    const workloads = [workload('Web', { services }), ...WORKLOADS.slice(1)];
    expect(told([flow('Api', 'Web', tcp(443))], { workloads })).toEqual(['MSEG5105 Web offers admin (tcp/8000-8010), and no flow opens it']);
    expect(told([flow('Api', 'Web', tcp(443)), flow('Api', 'Web', tcp(8005))], { workloads })).toEqual([]);
  });

  test('GIVEN a workload that nothing protects, or that blocks nothing, beside one that enforces THEN both are told', () => {
    const workloads = [workload('Web'), workload('Api', { mode: 'monitor' }), workload('Db', { enforcementPoints: [] })];
    expect(told([flow('Web', 'Api', tcp(1)), flow('Web', 'Db', tcp(1)), flow('Api', 'Db', tcp(2))], { workloads })).toEqual([
      'MSEG5108 Api blocks nothing (its mode is monitor), while Web at the other end of its flows enforces',
      'MSEG5108 Db blocks nothing (no enforcement point protects it), while Web at the other end of its flows enforces',
      'MSEG5109 no enforcement point protects Db',
    ]);
  });

  test('GIVEN an invariant that did not hold THEN it is told with what breaks it', () => {
    const invariants = [
      { id: 'a', kind: 'denies' as const, description: 'Web must not reach Db', holds: false, counterexamples: ['Web reaches Db with tcp/1'] },
      { id: 'b', kind: 'denies' as const, description: 'fine', holds: true, counterexamples: [] },
    ];
    expect(told([], { more: { invariants } })).toEqual(['MSEG2006 Web must not reach Db: Web reaches Db with tcp/1']);
  });

  test('GIVEN a named flow that is covered at one end only THEN it stays', () => {
    const workloads = [workload('Web', { addresses: ['10.1.0.1/32'] }), workload('Api', { addresses: ['10.1.0.2/32'] })];
    const flows = [flow('Web', 'Api', tcp(1)), flow({ cidr: '10.1.0.0/16' }, 'Api', tcp(1))];
    expect(told(flows, { workloads })).toEqual([]);
    const [both] = told([...flows, flow('Web', { cidr: '10.1.0.0/16' }, tcp(1))], { workloads });
    expect(both).toBe('MSEG5102 the flow Web -> Api tcp/1 adds nothing to 10.1.0.0/16 -> Api tcp/1 and Web -> 10.1.0.0/16 tcp/1');
  });
});

test('GIVEN any policy WHEN a covered flow is taken out THEN every end still admits what it did', () => {
  let covered = 0;
  fc.assert(fc.property(policySpecs({ size: 12, sctpPorts: true }), (spec) => {
    const compiled = compilePolicy(new Declared(payments(), spec).policy);
    for (const { flow: gone, by } of coveredFlows(compiled)) {
      const ends = new OpenEnds({ ...compiled, flows: compiled.flows.filter(({ id }) => id !== gone.id) });
      const services = servicesOf(gone.services);
      const known = (peer: typeof gone.client) => 'workload' in peer && !compiled.workloads.find(({ id }) => id === peer.workload)!.addresses.isEmpty();
      const family = [gone.client, gone.server].some((peer) => 'any' in peer || 'cidr' in peer || known(peer));
      // ICMP of the other family is in a flow of "all", and is no traffic.
      const admitted = (open: typeof services) => services.subtract(open).ranges().every(({ protocol }) => family && protocol.startsWith('icmp'));
      expect(admitted(ends.surely(gone.client, 'egress', gone.server))).toBe(true);
      expect(admitted(ends.surely(gone.server, 'ingress', gone.client))).toBe(true);
      // What is no traffic at all needs nobody to cover it.
      covered += by.length;
    }
  }), { seed: SEED, numRuns: runs(0.3, 40) });
  expect(covered).toBeGreaterThan(5);
});

describe('acknowledgements', () => {
  const open = [flow({ any: 'ipv4' }, 'Web', tcp(443))];
  const meant = { check: 'MSEG5103', path: 'App/P', reason: 'public site' };
  const reasons = (...acknowledgements: LintOptions['acknowledgements']) => (
    found(open, { options: { acknowledgements } }).map(({ check, acknowledged }) => [check, acknowledged]));

  test('GIVEN one for the check and path, or the path above, THEN the finding carries its reason', () => {
    expect(reasons(meant)).toEqual([['MSEG5103', 'public site']]);
    expect(reasons({ ...meant, path: 'App' })).toEqual([['MSEG5103', 'public site']]);
    expect(reasons({ ...meant, subject: 'any ipv4 -> Web tcp/443' })).toEqual([['MSEG5103', 'public site']]);
  });

  test.each([{ check: 'MSEG5104' }, { path: 'App/P/Web' }, { path: 'Ap' }, { subject: 'any ipv6 -> Web tcp/443' }])(
    'GIVEN one for %j THEN it is about nothing', (other) => {
      expect(reasons({ ...meant, ...other }).sort()).toEqual([['MSEG5103', undefined], ['MSEG5110', undefined]]);
    });

  test('GIVEN one whose time is over THEN it counts no longer', () => {
    const over = [['MSEG5111', undefined], ['MSEG5103', undefined]];
    expect(reasons({ ...meant, expires: '2026-05-31' })).toEqual(over);
    expect(reasons({ ...meant, check: 'MSEG5104', expires: '2026-05-31' })).toEqual(over);
    expect(reasons({ ...meant, expires: '2026-06-01' })).toEqual([['MSEG5103', 'public site']]);
  });

  test('GIVEN one of the policy itself THEN it counts there, and for no other policy', () => {
    const [own, other] = [policy(WORKLOADS, open, { acknowledgements: [meant] }), policy(WORKLOADS, open, { id: 'Q', path: 'App/Q' })];
    const findings = lint([graphOf(own), graphOf(other)], { now: NOW, expiringDays: 30, acknowledgements: [] });
    expect(findings.map(({ policy: id, check, acknowledged }) => [id, check, acknowledged])).toEqual([
      ['P', 'MSEG5103', 'public site'], ['Q', 'MSEG5103', undefined],
    ]);
  });

  test('GIVEN one of the policy that is about nothing THEN it is reported as that policy\'s', () => {
    const graph = graphOf(policy(WORKLOADS, open, { acknowledgements: [{ ...meant, check: 'MSEG5104' }] }));
    const findings = lint([graph], { now: NOW, expiringDays: 30, acknowledgements: [meant] });
    expect(findings.map(({ policy: id, check }) => [id, check])).toEqual([['P', 'MSEG5103'], ['P', 'MSEG5110']]);
  });
});

test('GIVEN the same finding in two runs THEN it has the same id, whatever else is found', () => {
  const [one] = found([flow({ any: 'ipv4' }, 'Web', tcp(443))]);
  const others = found([bareFlow('Api', 'Web', tcp(1)), flow({ any: 'ipv4' }, 'Web', tcp(443))]);
  expect(others.map(({ id }) => id)).toContain(one.id);
  expect(new Set(others.map(({ id }) => id)).size).toBe(others.length);
});
