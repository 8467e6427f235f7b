import { windowsEventReader, windowsFirewallReader } from '../../../lib/discovery/readers/windows';
import { readText } from '../../support/flow-logs/read';

describe('pfirewall.log', () => {
  const HEADER = '#Version: 1.5\r\n#Software: Microsoft Windows Firewall\r\n#Time Format: Local\r\n#Fields: date time action protocol src-ip dst-ip src-port dst-port size tcpflags tcpsyn tcpack tcpwin icmptype icmpcode info path\r\n\r\n';
  const read = (...lines: string[]) => readText(windowsFirewallReader, HEADER + lines.map((line) => `${line}\r\n`).join(''));

  test('an allowed connection is logged in its own direction', () => {
    expect(read('2026-11-23 10:00:05 ALLOW TCP 10.0.0.5 10.0.0.9 50001 445 0 - 0 0 0 - - - SEND').records).toEqual([{
      start: Date.UTC(2026, 10, 23, 10, 0, 5), end: Date.UTC(2026, 10, 23, 10, 0, 5), source: '10.0.0.5', destination: '10.0.0.9', sourcePort: 50001, destinationPort: 445, protocol: 6,
      bytes: 0, packets: 1, replyBytes: 0, replyPackets: 0, initiator: 'source', outcome: 'allowed', sensor: 'SEND',
    }]);
  });

  test('of a dropped packet the flags say who asked', () => {
    const [asked, late] = read('2026-11-23 10:00:05 DROP TCP 10.0.0.5 10.0.0.9 50001 445 52 S 1 0 8192 - - - RECEIVE', '2026-11-23 10:00:06 DROP TCP 10.0.0.9 10.0.0.5 445 50001 40 A 1 1 8192 - - - RECEIVE').records;
    expect(asked).toMatchObject({ outcome: 'denied', tcpFlags: 2, initiator: 'source' });
    expect(late).toMatchObject({ outcome: 'denied' });
    expect(late).not.toHaveProperty('initiator');
  });

  test('columns are read by the header', () => {
    const text = '#Fields: date time action protocol dst-ip src-ip icmptype\n2026-11-23 10:00:05 ALLOW ICMP 10.0.0.9 10.0.0.5 8\n';
    expect(readText(windowsFirewallReader, text).records).toMatchObject([{ source: '10.0.0.5', destination: '10.0.0.9', protocol: 1, destinationPort: 8 }]);
  });

  test('lost records are a gap, damaged ones are reported', () => {
    const { gaps, rejected } = read('2026-11-23 10:00:05 INFO-EVENTS-LOST - - - - - - - - - - - - 7 -', '2026-11-23 10:00:06 DROP TCP nonsense');
    expect(gaps).toEqual([{ kind: 'skipped', detail: 'Windows says that it lost records of its firewall log', from: '2026-11-23T10:00:05.000Z', to: '2026-11-23T10:00:05.000Z' }]);
    expect(rejected).toEqual([{ line: 7, reason: 'it has no two addresses and a protocol' }]);
  });
});

describe('events 5156 and 5157', () => {
  const data = { Application: '\\device\\svchost.exe', Direction: '%%14593', SourceAddress: '10.0.0.5', SourcePort: '50001', DestAddress: '10.0.0.9', DestPort: '445', Protocol: '6', FilterRTID: '66010' };
  const read = (event: object) => readText(windowsEventReader, JSON.stringify(event));

  test.each([
    ['with the fields beside the rest', { EventID: 5156, TimeCreated: '2026-11-23T10:00:05.250Z', Computer: 'host-a', ...data }],
    ['of winlogbeat', { '@timestamp': '2026-11-23T10:00:05.250Z', 'winlog': { event_id: '5156', computer_name: 'host-a', event_data: data } }],
    ['as the XML names them', {
      System: { EventID: { '#text': '5156' }, TimeCreated: { '@SystemTime': '2026-11-23T10:00:05.250Z' }, Computer: 'host-a' },
      EventData: { Data: Object.entries(data).map(([name, text]) => ({ '@Name': name, '#text': text })) },
    }],
    ['of PowerShell', { Id: 5156, TimeCreated: `/Date(${Date.UTC(2026, 10, 23, 10, 0, 5, 250)})/`, MachineName: 'host-a', EventData: data }],
  ])('%s', (_, event) => {
    expect(read(event).records).toEqual([{
      start: Date.UTC(2026, 10, 23, 10, 0, 5, 250), end: Date.UTC(2026, 10, 23, 10, 0, 5, 250), source: '10.0.0.5', destination: '10.0.0.9', sourcePort: 50001, destinationPort: 445,
      protocol: 6, bytes: 0, packets: 1, replyBytes: 0, replyPackets: 0, initiator: 'source', outcome: 'allowed', sensor: 'host-a', rule: 'filter 66010',
    }]);
  });

  test('the source of an inbound connection is its server', () => {
    expect(read({ EventID: 5157, TimeCreated: '2026-11-23T10:00:05Z', ...data, Direction: '%%14592' }).records)
      .toMatchObject([{ source: '10.0.0.9', sourcePort: 445, destination: '10.0.0.5', destinationPort: 50001, outcome: 'denied' }]);
  });

  test('other events are not flows; one without an id is reported', () => {
    expect(read({ EventID: 5158, ...data })).toEqual({ records: [], rejected: [], gaps: [] });
    expect(read(data).rejected).toEqual([{ line: 1, reason: 'it has no event id' }]);
  });
});
