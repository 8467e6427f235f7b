import { suricataReader } from '../../../lib/discovery/readers/suricata';
import { readText } from '../../support/flow-logs/read';

const flow = (changes: object = {}) => ({
  timestamp: '2026-11-23T10:00:05.250000+0200', event_type: 'flow', flow_id: 1, src_ip: '10.0.0.5', src_port: 40001, dest_ip: '10.0.0.9', dest_port: 443, proto: 'TCP',
  flow: { pkts_toserver: 6, pkts_toclient: 8, bytes_toserver: 500, bytes_toclient: 4000, start: '2026-11-23T10:00:03.250000+0200', end: '2026-11-23T10:00:04.250000+0200', state: 'closed' },
  tcp: { tcp_flags_ts: '1b', tcp_flags_tc: '1b' }, ...changes,
});
const read = (...events: object[]) => readText(suricataReader, events.map((event) => JSON.stringify(event)).join('\n'));

test('a flow is whole, client first, in its own time zone', () => {
  expect(read(flow()).records).toEqual([{
    start: Date.UTC(2026, 10, 23, 8, 0, 3, 250), end: Date.UTC(2026, 10, 23, 8, 0, 4, 250), source: '10.0.0.5', destination: '10.0.0.9',
    sourcePort: 40001, destinationPort: 443, protocol: 6, bytes: 500, packets: 6, replyBytes: 4000, replyPackets: 8,
    connections: 1, initiator: 'source', outcome: 'allowed', sensor: 'suricata',
  }]);
});

test('a question without an answer, and a refusal, are attempts', () => {
  const unanswered = flow({ flow: { ...flow().flow, pkts_toclient: 0, state: 'new' } });
  const refused = flow({ flow: { ...flow().flow, pkts_toserver: 1, pkts_toclient: 1 }, tcp: { tcp_flags_tc: '14' } });
  expect(read(unanswered, refused).records.map(({ outcome }) => outcome)).toEqual(['attempt', 'attempt']);
});

test('a dropped packet is denied', () => {
  const drop = flow({ event_type: 'drop', drop: { syn: true, ack: false } });
  expect(read(drop).records).toMatchObject([{ outcome: 'denied', tcpFlags: 2 }]);
});

test('ICMP has a type where others have ports', () => {
  expect(read(flow({ proto: 'ICMP', icmp_type: 8, icmp_code: 0, src_port: undefined, dest_port: undefined })).records).toMatchObject([{ protocol: 1, destinationPort: 8 }]);
});

test('events of other kinds are not flows, and are not reported', () => {
  expect(read({ event_type: 'dns', src_ip: '10.0.0.5' }, { event_type: 'stats' })).toEqual({ records: [], rejected: [], gaps: [] });
});

test('a flow without addresses is reported', () => {
  expect(read(flow({ src_ip: 'nonsense' })).rejected).toEqual([{ line: 1, reason: 'it has no two addresses and a protocol' }]);
});
