import { blastRadiusOf } from '../../lib/analysis/blast-radius';
import { checkInvariants } from '../../lib/analysis/invariants';
import { compilePolicy } from '../../lib/compiler';
import { Criticality, Invariant, Peer, Service } from '../../lib/model';
import { BlastRadius } from '../../lib/questions';
import { payments } from '../model/policies';
import { codesOf } from '../support/problems';

/** A site, its interface and its ledger in a row, and a job that nobody reaches. */
function row() {
  const policy = payments();
  const [web, api, job] = ['Web', 'Api', 'Job'].map((id) => policy.addWorkload(id, { labels: { tier: id.toLowerCase() }, services: [Service.HTTPS] }));
  const ledger = policy.addWorkload('Ledger', { services: [Service.POSTGRES], criticality: Criticality.CROWN_JEWEL });
  web.allowFrom(Peer.anyIpv4());
  web.allowTo(api);
  api.allowTo(ledger);
  return { policy, web, api, job, ledger };
}

test('GIVEN a policy WHEN asked for its blast radius THEN each workload has its reach before and after', () => {
  const { policy, web, ledger } = row();
  const radius = BlastRadius.of(policy);
  expect(radius.workloads).toEqual([
    { workloadId: 'Api', flat: 3, direct: 1, transitive: 1, criticalReachable: ['Ledger'] },
    { workloadId: 'Job', flat: 3, direct: 0, transitive: 0, criticalReachable: [] },
    { workloadId: 'Ledger', flat: 3, direct: 0, transitive: 0, criticalReachable: [] },
    { workloadId: 'Web', flat: 3, direct: 1, transitive: 2, criticalReachable: ['Ledger'] },
  ]);
  expect(radius.ofWorkload(web)).toEqual(radius.workloads[3]);
  expect([radius.reachableFrom(web), radius.reachableFrom(ledger)]).toEqual([['Api', 'Ledger'], []]);
  expect(radius.overall).toEqual({ flat: 12, policy: 3, reduction: 0.75 });
  expect(radius.exposed).toEqual([{ workloadId: 'Web', services: ['tcp/443'] }]);
});

test('GIVEN a policy THEN the numbers are those of the command, and of the invariant', () => {
  const { policy, web } = row();
  const radius = BlastRadius.of(policy);
  const { weighted, labels } = blastRadiusOf([compilePolicy(policy)]);
  expect([radius.weighted, radius.labels]).toEqual([weighted, labels]);
  const holds = (atMost: number) => {
    const other = row();
    other.policy.addInvariant(Invariant.blastRadiusAtMost(other.web, atMost));
    return checkInvariants(compilePolicy(other.policy))[0].holds;
  };
  expect([radius.ofWorkload(web).transitive - 1, radius.ofWorkload(web).transitive].map(holds)).toEqual([false, true]);
});

test('GIVEN a flow that is declared later WHEN asked again THEN it counts', () => {
  const { policy, job, web } = row();
  expect(BlastRadius.of(policy).reachableFrom(job)).toEqual([]);
  job.allowTo(web);
  expect(BlastRadius.of(policy).reachableFrom(job)).toEqual(['Api', 'Ledger', 'Web']);
});

test('GIVEN a workload of another policy THEN MSEG1011', () => {
  const radius = BlastRadius.of(row().policy);
  const { web } = row();
  expect([codesOf(() => radius.ofWorkload(web)), codesOf(() => radius.reachableFrom(web))]).toEqual([['MSEG1011'], ['MSEG1011']]);
});
