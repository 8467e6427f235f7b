import { LOG_READERS, recognize } from '../../../lib/discovery/readers/registry';
import { Conversation, LOG_FORMATS, SHOP, RESERVATIONS_IPV6, trafficOf } from '../../support/flow-logs';
import { flawOf, readText } from '../../support/flow-logs/read';

const TRAFFIC = [SHOP, RESERVATIONS_IPV6].flatMap((topology) => (
  trafficOf(topology, { seed: 7, connectionsPerEdge: 2, scanned: 1, retries: 0.2, noise: 5, throughGateway: 0.1 })));
/** What a firewall stops is not in logs of connections, and broadcasts are not in logs of hosts. */
const SEEN = TRAFFIC.filter(({ fate, server }) => fate !== 'denied' && server.id !== 'everybody');

describe.each(LOG_FORMATS)('a log of $name', ({ format, write }) => {
  const text = write(TRAFFIC);
  const { records, rejected } = readText(format, text);

  test('is recognized as its format and no other', () => {
    expect(recognize(text.slice(0, 65_536))?.format).toBe(format);
    expect(LOG_READERS.filter((reader) => reader.recognizes(text.slice(0, 65_536))).map((reader) => reader.format)).toEqual([format]);
  });

  test('is read without rejecting a line, into well-formed records', () => {
    expect(rejected).toEqual([]);
    expect(records.map(flawOf).filter((flaw) => flaw !== undefined)).toEqual([]);
  });

  test('has every conversation that such a log tells of, with its ends and the port of the server', () => {
    const told = new Set(records.flatMap(({ source, destination, sourcePort, destinationPort, protocol }) => (
      [`${source} ${destination} ${destinationPort} ${protocol}`, `${destination} ${source} ${sourcePort} ${protocol}`])));
    expect(SEEN.filter((conversation) => !told.has(key(conversation)))).toEqual([]);
  });

  test('rejects what has a port or a count that is none, instead of telling of a flow without', () => {
    const [one] = SEEN;
    const damaged = (number: number, instead: string) => write([one]).replace(new RegExp(`(?<![\\w.])${number}(?![\\w.])`, 'g'), instead);
    const withoutPort = readText(format, damaged(one.serverPort, '99999'));
    expect(withoutPort.records).toEqual([]);
    expect(withoutPort.rejected.length).toBeGreaterThan(0);
    const whole = write([one]);
    const halved = damaged(one.bytes, `${one.bytes}.5`);
    if (halved !== whole) expect(readText(format, halved).rejected.length).toBeGreaterThan(0);
  });

  test('is read to the same records in whatever pieces it comes', () => {
    const some = TRAFFIC.slice(0, 12);
    const whole = readText(format, write(some));
    for (const piece of [1, 1000]) expect(readText(format, write(some), piece)).toEqual(whole);
  });

  test('never says that the server opened a connection', () => {
    const servers = new Map(SEEN.map((conversation) => [`${conversation.client.address} ${conversation.clientPort}`, conversation]));
    for (const { source, sourcePort, destination, destinationPort, initiator, tcpFlags } of records) {
      const opened = servers.get(`${source} ${sourcePort}`);
      const answered = servers.get(`${destination} ${destinationPort}`);
      if (initiator === 'source') expect(answered).toBeUndefined();
      if (initiator === 'destination') expect(opened).toBeUndefined();
      if (tcpFlags !== undefined && (tcpFlags & 18) === 2) expect(answered).toBeUndefined();
    }
  });
});

function key({ client, server, serverPort, protocol }: Conversation): string {
  return `${client.address} ${server.address} ${serverPort} ${protocol === 'tcp' ? 6 : 17}`;
}
