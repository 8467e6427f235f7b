import { mapOfPolicies } from '../../../lib/report/map/from-manifests';
import { flow, policy, tcp, workload } from '../../analysis/manifests';
import { search, stateOf, viewOf } from './page';
import { companyPolicy, shopPolicy } from './policies';

const shop = mapOfPolicies([shopPolicy()]);
const company = mapOfPolicies([companyPolicy()]);
const names = (data: typeof shop, places: Iterable<number>) => [...places].map((place) => data.nodes[place].name).sort();

describe('groups', () => {
  test('GIVEN a label, segments or nothing to group by THEN each workload stands where that says, peers outside apart', () => {
    const titles = (groupBy: string) => viewOf(shop, stateOf(shop, { groupBy })).groups.map(({ title }) => title).sort();
    expect(titles('label:app')).toEqual(['Outside: clients', 'reports', 'shop']);
    expect(titles('segment')).toEqual(['Cardholder', 'Outside: clients', 'no segment']);
    expect(titles('none')).toEqual(['Outside: clients', 'api', 'batch', 'cache', 'db', 'edge', 'web']);
  });

  test('GIVEN many workloads THEN groups are closed until they are opened, and flows between closed ones are one line', () => {
    const closed = viewOf(company, stateOf(company));
    expect(closed.groups.filter(({ collapsed }) => collapsed)).toHaveLength(25);
    const used = closed.groups.find(({ title }) => title === 'app-00')!.id;
    const using = closed.groups.find(({ title }) => title === 'app-04')!.id;
    expect(closed.lines.filter(({ from, to }) => from === using && to === used)).toHaveLength(1);
    const opened = viewOf(company, stateOf(company, { toggled: new Set(['app-04']) }));
    expect(opened.groups.filter(({ collapsed }) => !collapsed).map(({ title }) => title).sort()).toEqual(['Outside: clients', 'app-04']);
  });

  test('GIVEN a peer that is a client and a server THEN it stands at both sides', () => {
    const both = mapOfPolicies([policy([workload('W')], [flow({ cidr: '192.0.2.0/24' }, 'W', tcp(1)), flow('W', { cidr: '192.0.2.0/24' }, tcp(2))])]);
    expect(viewOf(both, stateOf(both)).groups.map(({ title }) => title).sort()).toEqual(['Outside: clients', 'Outside: servers', 'W']);
  });
});

describe('filters', () => {
  const shown = (...filters: [string, string][]) => viewOf(shop, stateOf(shop, { filters })).groups.flatMap(({ members }) => members);

  test('GIVEN values of one label THEN any of them fits; GIVEN several labels THEN all must', () => {
    expect(names(shop, shown(['tier', 'cache'], ['tier', 'edge']))).toEqual(['Anywhere', 'api', 'cache', 'edge', 'web']);
    expect(shown(['tier', 'batch'], ['app', 'shop'])).toEqual([]);
  });

  test('GIVEN a flow across the filter THEN its other end stays, as context', () => {
    const view = viewOf(shop, stateOf(shop, { filters: [['app', 'reports']] }));
    expect(names(shop, view.context)).toEqual(['db']);
    expect(view.lines).toHaveLength(1);
  });

  test('GIVEN one workload alone THEN its flows are shown and no others', () => {
    const api = shop.nodes.findIndex(({ name }) => name === 'api');
    const view = viewOf(shop, stateOf(shop, { only: api }));
    expect(view.lines.map(({ label }) => label).sort()).toEqual(['tcp/5432', 'tcp/6379', 'tcp/8443']);
  });

  test('GIVEN a hidden verdict or mode THEN such flows, or such workloads with their flows, are gone', () => {
    expect(viewOf(shop, stateOf(shop, { hiddenVerdicts: new Set(['allowed']) })).lines).toEqual([]);
    const without = viewOf(company, stateOf(company, { hiddenModes: new Set(['enforce']) }));
    expect(without.groups.some(({ title }) => title === 'app-00')).toBe(false);
  });
});

test('GIVEN words THEN workloads are found by name, label, service and segment, each word counting', () => {
  expect(names(shop, search(shop, 'tier=db'))).toEqual(['db']);
  expect(names(shop, search(shop, 'TCP/6379'))).toEqual(['cache']);
  expect(names(shop, search(shop, 'cardholder shop'))).toEqual(['api', 'db']);
  expect(search(shop, '  ')).toEqual([]);
});

test('GIVEN several flows on one line THEN what needs attention most is its colour, and the label stays short', () => {
  const edge = { client: 'web', server: 'api', protocol: 'tcp', port: 22, verdict: 'wouldBlock' };
  const data = mapOfPolicies([shopPolicy()], { byEdge: [edge, { ...edge, port: 23 }, { ...edge, port: 24, verdict: 'allowed' }], unusedFlows: [] });
  const [line] = viewOf(data, stateOf(data)).lines.filter(({ verdict }) => verdict === 'wouldBlock');
  expect(line.label).toBe('tcp/8443 +2');
});

test('GIVEN a flow WHEN it is drawn THEN it tells why, who declared it and in which line', () => {
  const declared = {
    ...flow('web', 'db', tcp(5432)), justification: 'orders', owner: 'shop', expires: '2027-01-01', origins: ['App/Shop/flow'], sources: ['lib/shop.ts:14'],
  };
  expect(mapOfPolicies([policy([workload('web'), workload('db')], [declared])]).flows[0].facts).toEqual([
    ['Justification', 'orders'], ['Owner', 'shop'], ['Expires', '2027-01-01'], ['Declared by', 'App/Shop/flow'], ['Declared at', 'lib/shop.ts:14'],
  ]);
});
