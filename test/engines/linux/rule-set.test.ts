import * as fc from 'fast-check';
import { AddressSet, PeerTraffic } from '../../../lib/algebra';
import { planLinuxHosts } from '../../../lib/platforms/linux/plan';
import { LinuxHostsRequest } from '../../../lib/platforms/linux/plan-types';
import { readLive } from '../../../lib/platforms/linux/read';
import { renderAddressBook, renderRuleSet } from '../../../lib/platforms/linux/render';
import { EnforcedWorkload } from '../../../lib/platforms/platform';
import { filledBook, filledIn, generatedRequest, SPECS } from '../../platforms/linux/generated';
import { EVERYTHING, expectedTraffic, hostsOf } from '../../platforms/linux/hosts';
import { differences } from '../../properties/compiled-traffic';
import { runs, SEED } from '../../properties/runs';
import { describeWithEngines } from '../harness';
import { inNewNamespace, rulesetAfter } from './namespaces';

/** Policies in one kernel at once: starting nft costs more than a table in it. */
const BATCH = 8;
const SAMPLE = fc.sample(SPECS, { seed: SEED, numRuns: runs(1, 40) });
const STARTS = SAMPLE.map((_, index) => index).filter((index) => index % BATCH === 0);

/** Of all hosts, for one transaction. */
function files(request: LinuxHostsRequest): string {
  return planLinuxHosts(request).hosts.map((host) => renderRuleSet(host) + filledBook(renderAddressBook(host))).join('');
}

function differencesOf(request: LinuxHostsRequest, found: readonly EnforcedWorkload[]): string[] {
  const expected = expectedTraffic(request, (address) => AddressSet.cidr(filledIn(address)));
  const managed = request.policy.workloads.filter((workload) => workload.managed);
  expect(found.map(({ workload }) => workload).sort()).toEqual(managed.map(({ id }) => id));
  return managed.flatMap(({ id, mode }) => (['ingress', 'egress'] as const).flatMap((end) => {
    const key = `${id} ${end}`;
    const wanted = mode === 'enforce' ? expected.get(key) ?? PeerTraffic.EMPTY : EVERYTHING;
    return differences(new Map([[key, wanted]]), new Map([[key, found.find(({ workload }) => workload === id)![end]]]));
  }));
}

describeWithEngines(['nftables'], 'rule sets in the kernel', () => {
  test.each(STARTS)('GIVEN generated policies from %d on WHEN the kernel is asked what it loaded THEN it admits exactly what was declared', (start) => {
    const requests = SAMPLE.slice(start, start + BATCH).map((spec, index) => generatedRequest(spec, `P${index}`));
    const live = readLive('live.json', rulesetAfter([requests.map(files).join('')]));
    for (const request of requests) {
      expect(differencesOf(request, live.workloads.filter(({ policy }) => policy === request.policy.id))).toEqual([]);
    }
  });
});
