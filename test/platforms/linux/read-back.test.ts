import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { AddressSet, PeerTraffic } from '../../../lib/algebra';
import { planLinuxHosts } from '../../../lib/platforms/linux/plan';
import { LinuxHostsRequest } from '../../../lib/platforms/linux/plan-types';
import { LinuxReader } from '../../../lib/platforms/linux/read';
import { ADDRESS_BOOK_LINE, renderAddressBook, renderRuleSet } from '../../../lib/platforms/linux/render';
import { EnforcedWorkload } from '../../../lib/platforms/platform';
import { differences } from '../../properties/compiled-traffic';
import { runs, SEED } from '../../properties/runs';
import { filledBook, filledIn, generatedRequest, SPECS } from './generated';
import { EVERYTHING, expectedTraffic, Whereabouts } from './hosts';

/** One directory for each host, as bundles have them. */
function written(request: LinuxHostsRequest, fill: (book: string) => string): EnforcedWorkload[] {
  const directory = mkdtempSync(join(tmpdir(), 'microseg-linux-'));
  for (const host of planLinuxHosts(request).hosts) {
    mkdirSync(join(directory, host.workload));
    writeFileSync(join(directory, host.workload, 'rules.nft'), renderRuleSet(host));
    writeFileSync(join(directory, host.workload, 'addresses.nft'), fill(renderAddressBook(host)));
  }
  const read = new LinuxReader().read(directory).flatMap(({ workloads }) => workloads);
  rmSync(directory, { recursive: true });
  return read;
}

function deviations(request: LinuxHostsRequest, read: readonly EnforcedWorkload[], whereIs: Whereabouts): string[] {
  const expected = expectedTraffic(request, whereIs);
  const managed = request.policy.workloads.filter((workload) => workload.managed);
  expect(read.map(({ workload }) => workload)).toEqual(managed.map(({ id }) => id));
  return managed.flatMap(({ id, mode }, index) => (['ingress', 'egress'] as const).flatMap((end) => {
    const key = `${id} ${end}`;
    const wanted = mode === 'enforce' ? expected.get(key) ?? PeerTraffic.EMPTY : EVERYTHING;
    // A host that only watches admits everything: deploy-time values are part of that.
    const got = mode === 'enforce' ? read[index][end] : read[index][end].intersect(EVERYTHING);
    return differences(new Map([[key, wanted]]), new Map([[key, got]]));
  }));
}

test('GIVEN any policy WHEN its files are read before deployment THEN they admit the declared flows, with deploy-time values as they stand', () => {
  fc.assert(fc.property(SPECS, (spec) => {
    const request = generatedRequest(spec, 'P');
    expect(deviations(request, written(request, (book) => book), ({ value }) => ({ kind: 'token', id: value }))).toEqual([]);
  }), { seed: SEED, numRuns: runs(1, 25) });
});

test('GIVEN any policy WHEN its files are read after deployment THEN they admit the declared flows, and hold no line of any other kind', () => {
  fc.assert(fc.property(SPECS, (spec) => {
    const request = generatedRequest(spec, 'P');
    const checked = (book: string) => {
      const filled = filledBook(book);
      expect(filled.split('\n').slice(0, -1).filter((line) => !ADDRESS_BOOK_LINE.test(line))).toEqual([]);
      return filled;
    };
    expect(deviations(request, written(request, checked), (address) => AddressSet.cidr(filledIn(address)))).toEqual([]);
  }), { seed: SEED + 1, numRuns: runs(1, 25) });
});

test('GIVEN any policy WHEN it is enforced instead of monitored THEN one verdict of each host changes and nothing else', () => {
  fc.assert(fc.property(SPECS, (spec) => {
    const filesIn = (mode: 'monitor' | 'enforce') => planLinuxHosts(generatedRequest(spec, 'P', mode)).hosts
      .map((host) => [renderRuleSet(host), renderAddressBook(host)]);
    const [watching, strict] = [filesIn('monitor'), filesIn('enforce')];
    watching.forEach(([rules, book], index) => {
      expect(strict[index]).toEqual([rules.replace('    counter accept\n', '    counter drop\n'), book]);
      expect(strict[index][0]).not.toBe(rules);
    });
  }), { seed: SEED, numRuns: runs(0.2, 20) });
});
