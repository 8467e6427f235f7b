import { edgesOf, exchange, flow, mapOf, NOON, strangers } from './traffic-of';

const A = '10.0.0.1';
const B = '10.0.0.2';
const DAY = 86_400_000;

async function evidenceOf(...args: Parameters<typeof mapOf>): Promise<string[]> {
  const { edges } = await mapOf(...args);
  return edges.map(({ client, server, port, evidence }) => `${client} > ${server} ${port} ${evidence.join()}`);
}

describe('who is the server', () => {
  test('GIVEN a log that says it THEN that counts, whatever the ports and the flags are', async () => {
    const records = exchange(`${A}:443`, `${B}:60002`, { tcpFlags: 18 }).map((record, index) => ({ ...record, initiator: index === 0 ? 'source' as const : 'destination' as const }));
    expect(await evidenceOf(records)).toEqual([`${A} > ${B} 60002 explicit`]);
  });

  test('GIVEN a SYN without ACK THEN who sent it is the client, whoever was seen first', async () => {
    const records = [flow(`${A}:22`, `${B}:60002`, { tcpFlags: 3 }), flow(`${B}:60002`, `${A}:22`, { tcpFlags: 19, start: NOON - 500 })];
    expect(await evidenceOf(records)).toEqual([`${A} > ${B} 60002 synFlags`]);
  });

  test('GIVEN a SYN-ACK that answers something without ACK THEN who sent it is the server; GIVEN sums of all flags THEN they say nothing', async () => {
    const [asked, answered] = exchange(`${A}:22`, `${B}:60002`);
    expect(await evidenceOf([{ ...asked, tcpFlags: 0 }, { ...answered, tcpFlags: 18 }])).toEqual([`${A} > ${B} 60002 synFlags`]);
    expect(await evidenceOf([{ ...asked, tcpFlags: 27 }, { ...answered, tcpFlags: 27 }])).toEqual([`${B} > ${A} 22 lowerPort`]);
  });

  test('GIVEN no flags THEN who sent first is the client', async () => {
    const records = [flow(`${A}:400`, `${B}:500`), flow(`${B}:500`, `${A}:400`, { start: NOON + 20 })];
    expect(await evidenceOf(records)).toEqual([`${A} > ${B} 500 timeOrder`]);
  });

  test('GIVEN one exchange in three with times the wrong way round THEN most of them count', async () => {
    const records = [0, 1, 2].flatMap((index) => {
      const [asked, answered] = exchange(`${A}:${50_000 + index}`, `${B}:8080`);
      return index === 1 ? [{ ...asked, start: NOON + 3 }, answered] : [asked, { ...answered, start: NOON + 3 }];
    });
    expect(await evidenceOf([...records, ...exchange(`${A}:50009`, `${B}:8080`)])).toEqual([`${A} > ${B} 8080 timeOrder`]);
  });

  test('GIVEN a service that the inventory knows THEN its port is the server\'s, though it is the higher one', async () => {
    const inventory = {
      rows: [{ address: `${B}/32`, id: 'db', labels: {}, kind: 'workload' as const, where: 'test' }],
      services: [{ id: 'db', protocol: 'tcp', fromPort: 9000, toPort: 9100 }],
    };
    expect(await evidenceOf(exchange(`${A}:400`, `${B}:9042`), { inventory })).toEqual([`${A} > db 9042 knownService`]);
  });

  test('GIVEN one high port that many ports of others talk to THEN it is the server\'s', async () => {
    const records = [1, 2, 3, 4, 5].flatMap((index) => exchange(`10.0.1.${index}:${33_000 + index}`, `${B}:60002`));
    expect((await evidenceOf(records)).map((text) => text.replace(/^\S+ /, ''))).toEqual(Array(5).fill(`> ${B} 60002 fanIn`));
  });

  test.each([40_001, 60_002])('GIVEN one connection between two high ports THEN %i is the server\'s that two other hosts serve, whatever is lower', async (port) => {
    const served = ['10.0.2.1', '10.0.2.2'].flatMap((server) => [1, 2, 3].flatMap((index) => exchange(`10.0.1.${index}:${45_000 + index}`, `${server}:${port}`)));
    const found = await evidenceOf([...served, ...exchange(`${A}:50000`, `${B}:${port}`)]);
    expect(found).toContain(`${A} > ${B} ${port} fanIn`);
    // One other host may have the port as a client, by chance.
    const few = await evidenceOf([...served.slice(0, 6), ...exchange(`${A}:50000`, `${B}:${port}`)]);
    expect(few).toContain(port < 50_000 ? `${A} > ${B} ${port} lowerPort` : `${B} > ${A} 50000 lowerPort`);
  });

  test('GIVEN a service below the ports of clients THEN it is the server\'s, however many hosts serve the other port', async () => {
    const served = ['10.0.2.1', '10.0.2.2', '10.0.2.3'].flatMap((server) => [1, 2].flatMap((index) => exchange(`10.0.1.${index}:${45_000 + index}`, `${server}:50000`)));
    expect(await evidenceOf([...served, ...exchange(`${A}:50000`, `${B}:8080`)])).toContain(`${A} > ${B} 8080 lowerPort`);
  });

  test('GIVEN a client that uses a port twice THEN it does not become the server for it', async () => {
    const records = [exchange(`${A}:50000`, `${B}:80`), exchange(`${A}:50000`, '10.0.0.3:81')].flat();
    expect(edgesOf(await mapOf(records))).toEqual([`${A} > ${B} 80/tcp`, `${A} > 10.0.0.3 81/tcp`]);
  });

  test('GIVEN nothing else THEN the lower port is the server\'s, and less sure', async () => {
    const { edges } = await mapOf(exchange(`${A}:50000`, `${B}:80`));
    expect(edges).toMatchObject([{ client: A, server: B, port: 80, evidence: ['lowerPort'] }]);
    expect(edges[0].confidence).toBeLessThan(0.7);
  });

  test('GIVEN replies to pings alone THEN the edge is that of the ping', async () => {
    const reply = flow(B, A, { protocol: 1, sourcePort: undefined, destinationPort: 0 });
    expect(edgesOf(await mapOf([reply, flow(A, B, { protocol: 1, destinationPort: 3 })]))).toEqual([`${A} > ${B} 8/icmp`]);
  });
});

describe('what counts once', () => {
  test('GIVEN a connection in parts, seen in both directions at two interfaces THEN it is one, and its bytes are counted once', async () => {
    const seen = ['eni-a', 'eni-b'].flatMap((sensor) => [0, 60_000].flatMap((later) => (
      exchange(`${A}:50000`, `${B}:80`, { sensor, start: NOON + later, end: NOON + later + 1000 }))));
    expect((await mapOf(seen)).edges).toMatchObject([{ connections: 1, bytes: 8000, firstSeen: '2026-10-05T12:00:00.000Z', lastSeen: '2026-10-05T12:01:01.000Z' }]);
  });

  test('GIVEN a log that counts connections, by two reporters THEN they are counted as it says', async () => {
    const records = ['src', 'dst'].map((sensor) => flow(A, `${B}:80`, { sensor, initiator: 'source', connections: 7, replyPackets: 3 }));
    expect((await mapOf(records)).edges).toMatchObject([{ connections: 7 }]);
  });
});

describe('what is no edge', () => {
  test('GIVEN a late packet of a server after the end, rejected THEN it is neither an edge nor an attack', async () => {
    const late = flow(`${B}:443`, `${A}:50000`, { bytes: 40, outcome: 'denied' });
    expect(await mapOf([late])).toMatchObject({ edges: [], noise: [] });
  });

  test('GIVEN a reply that a rule stops THEN the edge is denied, from the client to the server', async () => {
    const [asked, answered] = exchange(`${A}:50000`, `${B}:80`);
    expect((await mapOf([asked, { ...answered, outcome: 'denied' }])).edges).toMatchObject([{ client: A, server: B, denied: true }]);
  });

  test('GIVEN what the client\'s side lets out and the server\'s side rejects THEN it is denied', async () => {
    const asked = flow(`${A}:50000`, `${B}:80`, { tcpFlags: 2, bytes: 60 });
    expect((await mapOf([asked, { ...asked, sensor: 'eni-b', outcome: 'denied' }])).edges).toMatchObject([{ client: A, denied: true }]);
  });

  test('GIVEN a connection that is refused, or never answered THEN it is a failed attempt', async () => {
    const asked = (port: number) => flow(`${A}:50000`, `${B}:${port}`, { tcpFlags: 2, bytes: 60 });
    const refused = flow(`${B}:81`, `${A}:50000`, { tcpFlags: 4, bytes: 40 });
    const { edges, noise } = await mapOf([asked(80), asked(81), refused]);
    expect([edges, noise.map(({ kind, source, edges: { length } }) => [kind, source, length])]).toEqual([[], [['failedAttempts', A, 2]]]);
  });

  test('GIVEN a client whose tries fail now and then THEN its edge is learnt, and nothing of it is noise', async () => {
    const tries = [1, 2, 3].map((index) => flow(`${A}:${50_000 + index}`, `${B}:80`, { tcpFlags: 2, bytes: 60 }));
    const { edges, noise } = await mapOf([...tries, ...exchange(`${A}:50009`, `${B}:80`)]);
    expect([edges.map(({ connections }) => connections), noise]).toEqual([[4], []]);
  });

  test('GIVEN a scan that finds an open port, by a machine with real work THEN the work is learnt and the open port is not', async () => {
    const work = Array.from({ length: 20 }, (_, index) => exchange(`${A}:${40_000 + index}`, `${B}:5432`)).flat();
    const scan = Array.from({ length: 40 }, (_, index) => flow(`${A}:45000`, `10.0.9.9:${index + 1}`, { tcpFlags: 2, bytes: 40 }));
    const open = exchange(`${A}:45000`, '10.0.9.9:80').map((record, index) => ({ ...record, tcpFlags: index === 0 ? 6 : 18, bytes: 60 }));
    const { edges, noise } = await mapOf([...work, ...scan, ...open]);
    expect(edges.map(({ server }) => server)).toEqual([B]);
    expect(noise.map(({ kind, source, edges: { length } }) => [kind, source, length])).toEqual([['scan', A, 41]]);
  });

  test('GIVEN broadcast, multicast and link-local traffic THEN each is set apart by its name', async () => {
    const to = (address: string) => flow(`${A}:5353`, `${address}:5353`, { protocol: 17 });
    const { edges, noise } = await mapOf(['255.255.255.255', '10.0.0.255', '224.0.0.251', '169.254.7.7'].map(to));
    expect([edges, noise.map(({ kind, edges: { length } }) => [kind, length])]).toEqual([[], [['broadcast', 2], ['linkLocal', 1], ['multicast', 1]]]);
  });
});

describe('whose an address is', () => {
  const row = { address: `${B}/32`, labels: {}, kind: 'workload' as const, where: 'test' };

  test('GIVEN an address that moves THEN each record is taken for the workload that had it then', async () => {
    const inventory = { rows: [{ ...row, id: 'old', to: NOON + DAY }, { ...row, id: 'new', from: NOON + DAY }] };
    const records = [exchange(`${A}:50000`, `${B}:80`), exchange(`${A}:50000`, `${B}:80`, { start: NOON + DAY, end: NOON + DAY })].flat();
    expect(edgesOf(await mapOf(records, { inventory }))).toEqual([`${A} > new 80/tcp`, `${A} > old 80/tcp`]);
  });

  test('GIVEN a block that changes hands THEN that holds for each address in it, but for those that have an owner of their own', async () => {
    const block = { ...row, address: '10.0.0.0/24' };
    const rows = [{ ...block, id: 'old', to: NOON + DAY }, { ...block, id: 'new', from: NOON + DAY }, { ...row, address: `${A}/32`, id: 'client' }];
    const records = [exchange(`${A}:50000`, `${B}:80`), exchange(`${A}:50000`, `${B}:80`, { start: NOON + DAY, end: NOON + DAY })].flat();
    expect(edgesOf(await mapOf(records, { inventory: { rows } }))).toEqual(['client > new 80/tcp', 'client > old 80/tcp']);
  });

  test('GIVEN nobody\'s addresses THEN each of the inside is itself, the Internet is one, and platforms have a name', async () => {
    const records = ['10.0.0.9', '8.8.8.8', '9.9.9.9', '169.254.169.254'].flatMap((server) => exchange(`${A}:50000`, `${server}:80`));
    const { nodes, edges } = await mapOf(records);
    expect(edges.map(({ server }) => server)).toEqual(['10.0.0.9', 'instance-metadata', 'internet']);
    expect(nodes.map(({ kind }) => kind)).toEqual(['unmanaged', 'unmanaged', 'service', 'internet']);
  });

  test('GIVEN logs that name workloads, with or without addresses THEN those are nodes with their labels', async () => {
    const named = { sourceName: 'shop/web', sourceLabels: { app: 'web' }, destinationName: 'shop/db', initiator: 'source' as const };
    const { nodes, edges } = await mapOf([{ ...flow(A, `${B}:5432`), ...named }, { ...flow(A, `${B}:6379`), ...named, source: undefined, destination: undefined }]);
    expect(edges.map(({ client, server, port }) => [client, server, port])).toEqual([['shop/web', 'shop/db', 5432], ['shop/web', 'shop/db', 6379]]);
    expect(nodes).toEqual([
      { id: 'shop/db', addresses: [B], labels: {}, kind: 'workload' }, { id: 'shop/web', addresses: [A], labels: { app: 'web' }, kind: 'workload' },
    ]);
  });

  test('GIVEN a workload that is called like an address or the Internet THEN it is none of them', async () => {
    const inventory = { rows: [{ ...row, id: 'internet' }] };
    const { nodes } = await mapOf([exchange(`${B}:50000`, '8.8.8.8:80'), exchange(`${A}:50000`, `${B}:80`)].flat(), { inventory });
    expect(new Set(nodes.map(({ id }) => id)).size).toBe(3);
  });
});

describe('many machines', () => {
  test('GIVEN more of them than a result of the database is read by at a time THEN none is lost', async () => {
    const map = await mapOf(strangers(30_000));
    expect([map.edges.length, map.nodes.length]).toEqual([30_000, 60_000]);
  }, 60_000);

  test.each([
    ['machines', strangers(6), 10],
    ['edges', Array.from({ length: 11 }, (_, index) => flow(`${A}:50000`, `${B}:${1000 + index}`, { initiator: 'source' })), 10],
  ])('GIVEN more %s than a map can hold THEN MSEG6025 says what to do', async (what, records, most) => {
    const problem = { code: 'MSEG6025', where: 'discover', message: expect.stringContaining(`more than 10 ${what}`) };
    await expect(mapOf(records, { most })).rejects.toMatchObject({ problems: [problem] });
  });
});
