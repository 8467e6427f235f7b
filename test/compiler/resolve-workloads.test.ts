import { compilePolicy } from '../../lib/compiler';
import { EnforcementMode, SegmentationPolicy, Selector, Service } from '../../lib/model';
import { payments } from '../model/policies';
import { problemsOf } from '../support/problems';

const { VISIBILITY, MONITOR, ENFORCE } = EnforcementMode;
const modes = (policy: SegmentationPolicy) => Object.fromEntries(compilePolicy(policy).workloads.map(({ id, mode }) => [id, mode]));

test('GIVEN modes at several levels WHEN compiled THEN the workload counts before its segments, and these before the policy', () => {
  const policy = payments({ mode: ENFORCE });
  policy.addSegment('Pci', { members: Selector.matching({ pci: 'yes' }), mode: MONITOR });
  policy.addSegment('Silent', { members: Selector.matching({ pci: 'yes' }) });
  policy.addWorkload('Own', { labels: { pci: 'yes' }, mode: VISIBILITY });
  policy.addWorkload('Member', { labels: { pci: 'yes' } });
  policy.addWorkload('Plain');

  expect(modes(policy)).toEqual({ Own: 'visibility', Member: 'monitor', Plain: 'enforce' });
});

test('GIVEN segments that disagree WHEN compiled THEN MSEG2004 names workload, segments and modes; WHEN the workload decides THEN it counts', () => {
  const declare = (mode?: EnforcementMode) => {
    const policy = payments();
    policy.addSegment('Pci', { members: Selector.matching({ pci: 'yes' }), mode: ENFORCE });
    policy.addSegment('New', { members: Selector.matching({ age: 'new' }), mode: MONITOR });
    policy.addWorkload('Web', { labels: { pci: 'yes', age: 'new' }, mode });
    return policy;
  };
  expect(problemsOf(() => compilePolicy(declare()))).toEqual([
    { code: 'MSEG2004', where: 'Payments/Web', message: 'its segments disagree: New says monitor, Pci says enforce' },
  ]);
  expect(modes(declare(ENFORCE))).toEqual({ Web: 'enforce' });
});

test('GIVEN services that overlap WHEN compiled THEN MSEG1101 warns and both are offered; WHEN they touch THEN nothing is said', () => {
  const policy = payments();
  policy.addWorkload('Overlap', { services: [Service.tcpRange(80, 90), Service.of('admin', Service.tcp(85), Service.udp(85))] });
  policy.addWorkload('Touch', { services: [Service.tcpRange(80, 84), Service.tcpRange(85, 90), Service.udp(80)] });
  const { findings, workloads } = compilePolicy(policy);

  const told = { code: 'MSEG1101', path: 'Payments/Overlap', message: 'service admin overlaps with another service of the workload' };
  expect(findings).toEqual([expect.objectContaining(told)]);
  expect(workloads[0].offered.toString()).toBe('tcp/80-90, udp/85');
});

test('GIVEN addresses that nest and touch WHEN compiled THEN the workload has their union', () => {
  const policy = payments();
  policy.addWorkload('Web', { addresses: ['10.0.0.0/9', '10.128.0.0/9', '10.1.0.0/16', '2001:db8::/32'] });
  expect(compilePolicy(policy).workloads[0].addresses.cidrs()).toEqual(['10.0.0.0/8', '2001:db8::/32']);
});
