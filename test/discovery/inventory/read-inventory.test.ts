import { inventoryOf } from '../../../lib/discovery/inventory/read-inventory';
import { AWS_INSTANCES, AWS_INTERFACES, AZURE_INTERFACES, AZURE_MACHINES, CDK_OUTPUTS, GOOGLE_INSTANCES, PODS, TERRAFORM_SHOWN, TERRAFORM_STATE } from './samples';

const read = (text: string | object, file = 'inventory') => inventoryOf([{ file, text: typeof text === 'string' ? text : JSON.stringify(text) }]);
/** `address id` of each row, in order. */
const whoHas = (text: string | object) => read(text).rows.map(({ address, id, kind }) => `${address} ${id}${kind === 'service' ? ' (service)' : ''}`);
const problems = (text: string | object) => read(text).problems.map(({ code, where, message }) => `${code} ${where}: ${message}`);

describe('a CSV', () => {
  test('has many rows a workload, blocks, IPv6, labels and times', () => {
    const { rows, problems: found } = read([
      '\ufeffAddress;workload;tier;env;from;to',
      '10.0.1.7;web;frontend;prod;;',
      '2001:DB8:0::7;web;;;;',
      '10.0.2.0/24;db;;;2026-09-01;2026-09-02T12:00:00Z',
      '',
    ].join('\r\n'));
    expect(found).toEqual([]);
    expect(rows).toEqual([
      { address: '10.0.1.7/32', id: 'web', labels: { tier: 'frontend', env: 'prod' }, kind: 'workload', where: 'inventory:2' },
      { address: '2001:db8::7/128', id: 'web', labels: { tier: 'frontend', env: 'prod' }, kind: 'workload', where: 'inventory:3' },
      { address: '10.0.2.0/24', id: 'db', labels: {}, kind: 'workload', where: 'inventory:4', from: Date.UTC(2026, 8, 1), to: Date.UTC(2026, 8, 2, 12) },
    ]);
  });

  test('quotes may hold delimiters and line breaks; one that is never closed costs its own row', () => {
    const text = ['address,workload,note', '10.0.0.1,"a, ""b""",x', '10.0.0.2,"never closed', '10.0.0.3,c,"two', 'lines"', '10.0.0.4,d,'].join('\n');
    expect(read(text).rows.map(({ id, labels }) => [id, labels])).toEqual([['a, "b"', { note: 'x' }], ['c', { note: 'two\nlines' }], ['d', {}]]);
    expect(problems(text)).toEqual(['MSEG6140 inventory:3: its quotes do not match']);
  });

  test('every damaged row is reported with its line, and the others are read', () => {
    const text = ['address,workload,env,env,', '10.0.0.300,web', '10.0.0.1', ',web', '10.0.0.5/24,web', '10.0.0.1,web,a,b,c,d', '10.0.0.9,ok'].join('\n');
    expect(read(text).rows.map(({ id }) => id)).toEqual(['ok']);
    expect(problems(text).map((line) => line.replace(/^MSEG6140 inventory/, '').slice(0, 50))).toEqual([
      ':1: column "env" is there twice; the second was le', ':1: column 5 has no name; it was left out', ':2: "10.0.0.300" is no address and no CIDR block',
      ':3: the workload has no name', ':4: "" is no address and no CIDR block', ':5: "10.0.0.5/24" is no address and no CIDR block',
      ':6: the row has 6 cells under 5 columns',
    ]);
    expect(problems('address,workload,from\n10.0.0.1,web,yesterday\n')).toEqual(['MSEG6140 inventory:2: its time is no date in ISO 8601']);
    expect(problems('address,workload,from,to\n10.0.0.1,web,2026-02-02,2026-02-01\n')).toEqual(['MSEG6140 inventory:2: its time ends before it begins']);
  });

  test('hostile names and labels stay text', () => {
    const { rows } = read('address,workload,__proto__,constructor\n10.0.0.1,__proto__,polluted,x\n10.0.0.2,"${x}\u202e",\n');
    expect(rows.map(({ id }) => id)).toEqual(['__proto__', '${x}\u202e']);
    expect(Object.entries(rows[0].labels)).toEqual([['__proto__', 'polluted'], ['constructor', 'x']]);
    expect(({} as { polluted?: string }).polluted).toBeUndefined();
  });
});

describe('contradictions', () => {
  test('of two workloads that claim an address at one time the first counts, and both places are named', () => {
    const text = 'address,workload,from,to\n10.0.0.1,a,,2026-01-02\n10.0.0.1,b,2026-01-01,\n10.0.0.1,c,2026-01-02,\n10.0.0.1,a,,2026-01-02\n';
    expect(whoHas(text)).toEqual(['10.0.0.1/32 a', '10.0.0.1/32 c']);
    expect(problems(text)).toEqual(['MSEG6141 inventory:3: 10.0.0.1/32 is "b" here and "a" at inventory:2']);
  });

  test('of two values for one label the first counts, and it is told once', () => {
    const text = 'address,workload,env\n10.0.0.1,a,prod\n10.0.0.2,a,dev\n10.0.0.3,a,test\n';
    expect(read(text).rows.map(({ labels }) => labels)).toEqual(Array(3).fill({ env: 'prod' }));
    expect(problems(text)).toEqual(['MSEG6141 inventory:3: label "env" of "a" is "dev" here and "prod" at inventory:2']);
  });
});

describe('other forms, each known by its content', () => {
  test('rows and workloads in JSON', () => {
    expect(whoHas([{ address: '10.0.0.1', workload: 'web', tier: 'front' }, 7])).toEqual(['10.0.0.1/32 web']);
    expect(problems([{ address: '10.0.0.1', workload: 'web' }, 7, { workload: 'x' }, { address: '10.0.0.1', workload: 'web', to: 'never' }]))
      .toEqual(['MSEG6140 inventory#/1: it is no object', 'MSEG6140 inventory#/2: "" is no address and no CIDR block', 'MSEG6140 inventory#/3: its time is no date in ISO 8601']);
    const workloads = { workloads: [
      { id: 'web', addresses: ['10.0.0.1', '10.0.0.2'], labels: { tier: 'front' }, services: [{ protocol: 'tcp', port: 443 }, { protocol: 'tcp', port: 70000 }] },
      { id: 'lb', addresses: ['10.0.0.9'], kind: 'service' },
      { id: 'nowhere' },
    ] };
    expect(whoHas(workloads)).toEqual(['10.0.0.1/32 web', '10.0.0.2/32 web', '10.0.0.9/32 lb (service)']);
    expect(read(workloads).services).toEqual([{ id: 'web', protocol: 'tcp', fromPort: 443, toPort: 443 }]);
    expect(problems(workloads)).toEqual([
      'MSEG6140 inventory#/workloads/0/services/1: Port 70000 is not a whole number from 0 to 65535.', 'MSEG6140 inventory#/workloads/2: the workload has no address',
    ]);
  });

  test('Terraform state: interfaces count for the machine that they are attached to, machines go by their names', () => {
    expect(whoHas(TERRAFORM_STATE)).toEqual([
      '10.0.1.10/32 web', '203.0.113.10/32 web', '10.0.1.11/32 web', '10.0.1.12/32 web', '10.0.9.9/32 aws_network_interface.spare',
      '10.1.0.4/32 billing-vm', '10.2.0.5/32 ledger', '198.51.100.7/32 ledger', '10.2.64.0/24 ledger', '10.2.0.99/32 internal-lb (service)',
    ]);
    expect(read(TERRAFORM_STATE).rows[0]).toMatchObject({ labels: { tier: 'web' }, where: 'inventory#/resources/0/instances/0' });
    expect(whoHas(TERRAFORM_SHOWN)).toEqual(['10.0.1.10/32 aws_instance.web', '10.0.1.20/32 aws_instance.nested']);
  });

  test('Kubernetes: pods belong to their owners, services are nodes, an address used twice counts in its time', () => {
    expect(whoHas(PODS)).toEqual([
      '10.244.0.5/32 shop/web', '10.244.0.6/32 shop/web', 'fd00::6/128 shop/web', '10.244.0.7/32 shop/report', '10.244.0.7/32 shop/db',
      '172.18.0.2/32 node/worker-1', '10.244.0.9/32 default/lonely', '10.96.0.10/32 service/shop/web (service)',
    ]);
    const { rows, services } = read(PODS);
    expect(rows[0].labels).toEqual({ namespace: 'shop', app: 'web' });
    expect(rows[3]).toMatchObject({ from: Date.parse('2026-09-01T00:00:00Z'), to: Date.parse('2026-09-01T01:00:00Z') + 1 });
    expect(rows[4].from).toBe(Date.parse('2026-09-01T02:00:00Z'));
    expect(rows[0].from).toBeUndefined();
    expect(services).toEqual([
      { id: 'shop/web', protocol: 'tcp', fromPort: 8080, toPort: 8080 }, { id: 'service/shop/web', protocol: 'tcp', fromPort: 80, toPort: 80 },
    ]);
  });

  test('AWS: instances by tags, interfaces by what they are attached to or stand for', () => {
    expect(whoHas(AWS_INSTANCES)).toEqual(['10.0.1.10/32 web', '203.0.113.10/32 web', '10.0.1.110/32 web', '2001:db8::10/128 web', '10.0.1.20/32 i-2']);
    expect(read(AWS_INSTANCES).rows[0].labels).toEqual({ tier: 'front' });
    const together = inventoryOf([{ file: 'i', text: JSON.stringify(AWS_INTERFACES) }, { file: 'n', text: JSON.stringify(AWS_INSTANCES) }]);
    expect(together.problems).toEqual([]);
    expect(together.rows.slice(0, 3).map(({ address, id, kind }) => [address, id, kind])).toEqual([
      ['10.0.1.10/32', 'web', 'workload'], ['10.0.1.50/32', 'shop', 'service'], ['10.0.1.60/32', 'eni-3', 'workload'],
    ]);
  });

  test('Azure, Google Cloud and the outputs of CDK', () => {
    expect(whoHas(AZURE_MACHINES)).toEqual(['10.1.0.4/32 billing', '198.51.100.4/32 billing']);
    expect(whoHas(AZURE_INTERFACES)).toEqual(['10.1.0.4/32 billing', '10.1.0.5/32 spare-nic']);
    expect(whoHas(GOOGLE_INSTANCES)).toEqual(['10.2.0.5/32 ledger', '198.51.100.7/32 ledger', '10.64.0.0/24 ledger']);
    expect(whoHas(CDK_OUTPUTS)).toEqual(['10.0.1.10/32 BastionAddress']);
    expect(whoHas({ Stacks: [{ StackName: 'Net', Outputs: [{ OutputKey: 'Ip', OutputValue: '10.0.0.1' }, { OutputKey: 'Url', OutputValue: 'https://x' }] }] })).toEqual(['10.0.0.1/32 Ip']);
  });

  test('segmentation.json: workloads with addresses and services', () => {
    const policy = { id: 'P', path: 'P', mode: 'monitor', segments: [], flows: [], invariants: [], enforcementPoints: [], opaquePeers: [] };
    const workload = { path: 'P/Web', mode: 'monitor', criticality: 'medium', managed: true, enforcementPoints: [] };
    const document = { schemaVersion: 1, generator: { name: 'x', version: '1' }, policies: [{ ...policy, workloads: [
      { ...workload, id: 'Web', labels: { tier: 'web' }, addresses: ['10.0.0.0/24'], services: [{ name: 'https', protocol: 'tcp', fromPort: 443, toPort: 443 }] },
    ] }] };
    expect(read(document)).toEqual({
      rows: [{ address: '10.0.0.0/24', id: 'Web', labels: { tier: 'web' }, kind: 'workload', where: 'inventory#/policies/0/workloads/0' }],
      services: [{ id: 'Web', protocol: 'tcp', fromPort: 443, toPort: 443 }],
      problems: [],
    });
  });
});

describe('what is no inventory', () => {
  test.each([
    ['prose', 'hello\nworld', 'inventory:1'], ['an empty file', '', 'inventory:1'], ['broken JSON', '{"workloads": [', 'inventory'],
    ['JSON of something else', '{"flows": 3}', 'inventory'],
  ])('%s is refused with its place', (_, text, where) => {
    expect(() => read(text)).toThrow(`MSEG6040 [${where}]`);
  });

  test('an empty list is an inventory without rows', () => {
    expect(read('[]')).toEqual({ rows: [], services: [], problems: [] });
  });

  test('values of the wrong kind anywhere crash nothing', () => {
    const wrong = [null, 7, 'text', [], {}, [null], { a: null }];
    for (const sample of [TERRAFORM_STATE, PODS, AWS_INSTANCES, AWS_INTERFACES, AZURE_MACHINES, AZURE_INTERFACES, GOOGLE_INSTANCES]) {
      for (const value of wrong) expect(() => eachReplaced(sample, value, (changed) => read(changed))).not.toThrow(TypeError);
    }
  });
});

/** The document with each of its values replaced, one at a time. */
function eachReplaced(document: object, value: unknown, use: (changed: object) => void): void {
  const copy = structuredClone(document) as Record<string, unknown>;
  const walk = (holder: Record<string, unknown>) => {
    for (const key of Object.keys(holder)) {
      const before = holder[key];
      holder[key] = value;
      try {
        use(copy);
      } catch (error) {
        if (!(error as Error).message.startsWith('MSEG6040')) throw error;
      }
      holder[key] = before;
      if (typeof before === 'object' && before !== null) walk(before as Record<string, unknown>);
    }
  };
  walk(copy);
}
