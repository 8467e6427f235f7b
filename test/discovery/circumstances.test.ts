import { FlowRecord } from '../../lib/discovery/flow-record';
import { LOG_FORMATS, Random, SHOP, Topology, trafficOf } from '../support/flow-logs';
import { readText } from '../support/flow-logs/read';
import { edgesOf, edgeText, inventoryOf, mapOf, truth } from './traffic-of';

/** How a network was looked at. */
interface Circumstances {
  /** How many saw each connection. */
  readonly sensors: 1 | 2 | 3;
  /** Clients have the address of a gateway where the server sees them. */
  readonly behindGateway: boolean;
  /** Share of the connections that each sensor kept, each by its own dice. */
  readonly kept: 1 | 0.1;
  /** Whether every sensor saw both directions, or the first one questions and the others answers, as with asymmetric routes. */
  readonly directions: 'both' | 'one each';
}

const CASES = ([1, 2, 3] as const).flatMap((sensors) => [false, true].flatMap((behindGateway) => ([1, 0.1] as const).flatMap((kept) => (
  (sensors === 1 ? ['both'] as const : ['both', 'one each'] as const).map((directions): Circumstances => ({ sensors, behindGateway, kept, directions }))))));

/** Logs in which each direction is a record of its own, by turns: their number and that of the cases have no common divisor. */
const FORMATS = ['nfdump-csv', 'gcp-flows', 'aws-default', 'aws-csv', 'ocsf', 'nfdump-json', 'aws-custom'].map((name) => LOG_FORMATS.find((log) => log.name === name)!);

/** A record with its question's ends in place, whichever direction it is of. */
interface Sight {
  readonly record: FlowRecord;
  readonly asked: boolean;
  /** The connection: both ends on one day. */
  readonly connection: string;
  readonly edge: string;
}

function sightOf(record: FlowRecord, served: ReadonlySet<string>): Sight {
  const { source, sourcePort, destination, destinationPort, protocol, start } = record;
  const asked = served.has(`${destination} ${destinationPort} ${protocol}`);
  const ends = [[source, sourcePort], [destination, destinationPort]] as const;
  const [[client, clientPort], [server, port]] = asked ? ends : [ends[1], ends[0]];
  const edge = edgeText({ client: client!, server: server!, protocol: protocol === 6 ? 'tcp' : 'udp', port });
  return { record, asked, edge, connection: `${edge} ${clientPort} ${new Date(start).toISOString().slice(0, 10)}` };
}

function servicesOf({ nodes, edges }: Topology): Set<string> {
  const addresses = new Map(nodes.map(({ id, address }) => [id, address]));
  return new Set(edges.map(({ server, port, protocol }) => `${addresses.get(server)} ${port} ${protocol === 'tcp' ? 6 : 17}`));
}

/** What each of so many sensors saw of a connection, out of what at least one did. */
function seenBy(sights: readonly Sight[], { sensors, kept, directions }: Circumstances, random: Random): Sight[] {
  const [first] = sights;
  const whole = sights.filter(({ record }) => record.sensor === first.record.sensor);
  return Array.from({ length: sensors }, (_, sensor) => sensor).flatMap((sensor) => {
    if (!random.chance(kept)) return [];
    const seen = directions === 'both' ? whole : whole.filter(({ asked }) => asked === (sensor === 0));
    return seen.map((sight) => ({ ...sight, record: { ...sight.record, sensor: `sensor-${sensor}` } }));
  });
}

function grouped<T>(all: readonly T[], key: (each: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const each of all) groups.set(key(each), [...groups.get(key(each)) ?? [], each]);
  return groups;
}

test.each(CASES.map((circumstances, index) => ({ ...circumstances, index, log: FORMATS[index % FORMATS.length] })))(
  'GIVEN a log of $log.name by $sensors sensors ($directions), gateway $behindGateway, of which $kept is kept THEN its edges are found, and each connection counts once',
  async ({ log, index, ...circumstances }) => {
    const { behindGateway, kept, directions } = circumstances;
    const traffic = trafficOf(SHOP, { seed: 60 + index, connectionsPerEdge: kept === 1 ? 12 : 80, throughGateway: behindGateway ? 1 : 0 });
    const random = new Random(index);
    const served = servicesOf(SHOP);
    const read = readText(log.format, log.write(traffic)).records.map((record) => sightOf(record, served));
    const seen = [...grouped(read, ({ connection }) => connection).values()].flatMap((sights) => seenBy(sights, circumstances, random));
    const { edges } = await mapOf(seen.map(({ record }) => record), { inventory: inventoryOf(SHOP) });

    const ids = new Map(SHOP.nodes.map(({ id, address }) => [address, id]));
    const named = (edge: string) => edge.split(' ').map((part) => ids.get(part) ?? part).join(' ');
    const gateway = traffic.find((conversation) => conversation.gateway)?.gateway;
    const ofNetwork = edges.filter(({ client }) => client !== gateway);
    if (directions === 'one each' && kept < 1) {
      // A question whose answer nobody kept is a failed attempt for all that the log says.
      expect(edgesOf({ edges: ofNetwork }).filter((edge) => !truth(SHOP, 'id').includes(edge))).toEqual([]);
      return;
    }
    expect(edgesOf({ edges: ofNetwork }).sort()).toEqual(truth(SHOP, 'id'));
    const expected = grouped(seen, ({ edge }) => named(edge));
    for (const edge of edges) {
      const sights = expected.get(edgeText(edge))!;
      const connections = grouped(sights, ({ connection }) => connection);
      expect([edgeText(edge), edge.connections]).toEqual([edgeText(edge), connections.size]);
      // Bytes are divided by the number of sensors, also where each of them saw one direction only.
      const bytes = [...connections.values()].map((all) => {
        const each = new Set(all.map(({ record }) => record.sensor)).size;
        return Math.floor(all.reduce((sum, { record }) => sum + record.bytes, 0) / each);
      });
      expect(edge.bytes).toBe(bytes.reduce((sum, each) => sum + each, 0));
    }
  });
