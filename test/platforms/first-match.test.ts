import { AddressSet, PeerEntry, PeerTraffic, ServiceSet } from '../../lib/algebra';
import { firstMatch, OrderedRule } from '../../lib/platforms/first-match';

const https = ServiceSet.tcp(443);
const ssh = ServiceSet.tcp(22);
const block = (cidr: string) => AddressSet.cidr(cidr);
const anywhere = AddressSet.ANY_IPV4.union(AddressSet.ANY_IPV6);
const web = { kind: 'workload', id: 'Web' } as const;
const api = { kind: 'workload', id: 'Api' } as const;
const tag = { kind: 'token', id: 'AzureLoadBalancer' } as const;

const traffic = (...entries: [PeerEntry['peer'], ServiceSet][]) => PeerTraffic.of(entries.map(([peer, services]) => ({ peer, services })));
const allow = (...entries: [PeerEntry['peer'], ServiceSet][]): OrderedRule => ({ action: 'allow', traffic: traffic(...entries) });
const deny = (...entries: [PeerEntry['peer'], ServiceSet][]): OrderedRule => ({ action: 'deny', traffic: traffic(...entries) });

describe('firstMatch', () => {
  test('no rule admits nothing', () => {
    expect(firstMatch([]).admitted.isEmpty()).toBe(true);
  });

  test('what is denied first stays denied, whatever allows it later', () => {
    const { admitted, undecided } = firstMatch([deny([block('10.1.0.0/16'), https]), allow([block('10.0.0.0/8'), https])]);

    expect(admitted.equals(traffic([block('10.0.0.0/8').subtract(block('10.1.0.0/16')), https]))).toBe(true);
    expect(undecided.isEmpty()).toBe(true);
  });

  test('what is allowed first stays allowed', () => {
    const { admitted } = firstMatch([allow([block('10.1.0.0/16'), https]), deny([anywhere, ServiceSet.ALL]), allow([anywhere, ssh])]);

    expect(admitted.equals(traffic([block('10.1.0.0/16'), https]))).toBe(true);
  });

  test('a workload allowed before everything is denied is admitted; one allowed after is not', () => {
    const { admitted, undecided } = firstMatch([allow([web, https]), deny([anywhere, ServiceSet.ALL]), allow([api, https], [tag, ssh])]);

    expect(admitted.equals(traffic([web, https]))).toBe(true);
    expect(undecided.isEmpty()).toBe(true);
  });

  test('a denied block may hold a workload that is allowed later, so nobody can tell', () => {
    const { undecided } = firstMatch([deny([block('10.1.0.0/16'), https]), allow([web, https.union(ssh)])]);

    expect(undecided.equals(traffic([web, https]))).toBe(true);
  });

  test('a denied workload leaves open what a later block admits of it', () => {
    const { undecided } = firstMatch([deny([web, https]), allow([block('10.0.0.0/8'), https.union(ssh)])]);

    expect(undecided.equals(traffic([block('10.0.0.0/8'), https]))).toBe(true);
  });

  test('two workloads are two machines: denying one says nothing of the other, and shuts its own later rule', () => {
    const { admitted, undecided } = firstMatch([deny([web, https]), allow([api, https], [web, https.union(ssh)])]);

    expect(admitted.equals(traffic([api, https], [web, ssh]))).toBe(true);
    expect(undecided.isEmpty()).toBe(true);
  });

  test('another name than that of a workload may stand for it', () => {
    const { undecided } = firstMatch([deny([tag, https]), allow([web, https])]);

    expect(undecided.equals(traffic([web, https]))).toBe(true);
  });
});
