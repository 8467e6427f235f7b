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

test.each([
  ['zeek', '{"ts":1790000000.5,"id.orig_h":"10.0.0.1","id.orig_p":40000,"id.resp_h":"10.0.0.2","id.resp_p":443,"proto":"tcp","duration":2.5,"conn_state":"SF"}', '"duration":2.5', '"duration":"x"'],
  ['argus', 'StartTime,Dur,Proto,SrcAddr,Sport,Dir,DstAddr,Dport,State,TotPkts,TotBytes,SrcBytes\n2026-09-21 10:00:00.5,2.5,tcp,10.0.0.1,40000,->,10.0.0.2,443,CON,9,900,300', ',2.5,', ',-2.5,'],
  ['nfdump-csv', 'ts,te,td,sa,da,sp,dp,pr,flg,ipkt,ibyt\n2026-09-21 10:00:00,2026-09-21 10:00:02,2.0,10.0.0.1,10.0.0.2,40000,443,TCP,.AP.SF,9,900', '2026-09-21 10:00:02', '2026-09-21 1'],
  ['calico', '{"start_time":1790000000,"end_time":1790000300,"reporter":"src","action":"allow","proto":"tcp","source_ip":"10.0.0.1","dest_ip":"10.0.0.2","dest_port":443,"source_name_aggr":"a","dest_name_aggr":"b"}', '1790000300', '"x"'],
  ['suricata', '{"timestamp":"2026-09-21T10:00:09.1+0000","event_type":"flow","src_ip":"10.0.0.1","src_port":40000,"dest_ip":"10.0.0.2","dest_port":443,"proto":"TCP","flow":{"start":"2026-09-21T10:00:00.1+0000","pkts_toclient":3,"state":"closed"}}', '2026-09-21T10:00:00.1', '2026-09-21T1'],
  ['ulogd', '{"orig.ip.protocol":6,"src_ip":"10.0.0.1","dest_ip":"10.0.0.2","orig.l4.sport":40000,"orig.l4.dport":443,"flow.start.sec":1790000000,"flow.end.sec":1790000009}', '1790000009', '"x"'],
])('a log of %s with a time or a duration that is none is rejected there', (format, text, whole, damaged) => {
  expect(readText(format, text)).toMatchObject({ records: [{ destinationPort: 443 }], rejected: [] });
  expect(readText(format, text.replace(whole, damaged))).toMatchObject({ records: [], rejected: [{ reason: 'a start, end or duration that is none' }] });
});

test('a number counts by its value, however a table wrote it', () => {
  const line = (port: string) => readText('aws-vpc', `srcaddr dstaddr srcport dstport protocol start end\n10.0.0.1 10.0.0.2 40000 ${port} 6 1790000000 1790000060`);
  for (const port of ['443', '443.0', '4.43e2', '00443']) expect(line(port).records).toMatchObject([{ destinationPort: 443 }]);
  for (const port of ['443.5', '0x1bb', '-443', 'https', '65536', '1e400', 'NaN']) expect(line(port)).toMatchObject({ records: [], rejected: [{ line: 2 }] });
});

function key({ client, server, serverPort, protocol }: Conversation): string {
  return `${client.address} ${server.address} ${serverPort} ${protocol === 'tcp' ? 6 : 17}`;
}
