import * as fc from 'fast-check';
import { ServiceSet } from '../../lib/algebra';
import { servicesOption } from '../../lib/cli/services';
import { POINTS } from '../analysis/brute-force';

const sets = fc.array(fc.oneof(
  fc.constantFrom(...POINTS),
  fc.tuple(fc.nat(65_535), fc.nat(65_535)).map(([a, b]) => ServiceSet.udp(Math.min(a, b), Math.max(a, b))),
  fc.constantFrom(ServiceSet.ALL, ServiceSet.icmp(), ServiceSet.icmp(3), ServiceSet.protocol(6)),
), { minLength: 1, maxLength: 3 }).map((all) => ServiceSet.union(all));

test('GIVEN any services as reports write them THEN they are read back as the same', () => {
  fc.assert(fc.property(sets, (services) => {
    expect(servicesOption(services.toString()).toString()).toBe(services.toString());
  }));
});

test.each(['', 'tcp/', 'tcp/x', 'tcp/70000', 'tcp/9-1', 'tcp/1/2', 'icmp/8-0', 'TCP/1', 'nosuch', '300', 'all/1', '50/1', 'tcp/1,', '__proto__'])(
  'GIVEN %j THEN it is refused', (text) => {
    expect(() => servicesOption(text)).toThrow();
  });
