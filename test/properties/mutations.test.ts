import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { verifyPlaced } from '../../lib/analysis/verify';
import { readArtifacts, readManifests } from '../../lib/cli/input';
import { Synthesized, synthesizeCloudFormation, synthesizeTerraform } from './apps';
import { differences } from './compiled-traffic';
import { CLOUDFORMATION, mutate, Pick, picker, Place, rewrite, TERRAFORM } from './mutate';
import { ENDS } from './naive';
import { beyondEverybody, reported, surplus, trafficOf } from './reported';
import { runs, SEED } from './runs';
import { policySpecs, PolicySpec } from './specs';

type Json = any;

/** Changes one rule of each policy that has any in the stack's own template. */
function mutateCloudFormation({ directory }: Synthesized, pick: Pick): void {
  for (const file of readdirSync(directory).filter((name) => /^S\d+\.template\.json$/.test(name))) {
    rewrite(join(directory, file), ({ Resources }) => {
      const inline = Object.values<Json>(Resources)
        .filter(({ Type }) => Type === 'AWS::EC2::SecurityGroup')
        .flatMap(({ Properties }) => [Properties.SecurityGroupIngress ?? [], Properties.SecurityGroupEgress ?? []])
        .flatMap((list: Json[]) => list.map((rule): Place => ({
          rule, remove: () => list.splice(list.indexOf(rule), 1, ...insteadOf(list)),
        })));
      const standalone = Object.entries<Json>(Resources)
        .filter(([, { Type }]) => /^AWS::EC2::SecurityGroup(Ingress|Egress)$/.test(Type))
        .map(([id, { Properties }]): Place => ({ rule: Properties, remove: () => { delete Resources[id]; } }));
      const places = [...inline, ...standalone].filter(({ rule }) => rule.CidrIp !== NOTHING.CidrIp);
      if (places.length > 0) mutate(places[pick(places.length)], CLOUDFORMATION, pick);
    });
  }
}

/** A list without rules would mean the default of EC2, which is everything outbound: what is left must say "nothing". */
const NOTHING = { IpProtocol: 'icmp', FromPort: 252, ToPort: 86, CidrIp: '255.255.255.255/32' };
const insteadOf = (list: readonly Json[]) => (list.length === 1 ? [NOTHING] : []);

function mutateTerraform({ directory }: Synthesized, pick: Pick): void {
  for (const stack of readdirSync(join(directory, 'stacks'))) {
    rewrite(join(directory, 'stacks', stack, 'cdk.tf.json'), ({ resource }) => {
      const places = ENDS.flatMap((end) => Object.values<Json>(resource[`aws_vpc_security_group_${end}_rule`] ?? {})
        .flatMap(({ for_each: rules }) => Object.entries(rules).map(([id, rule]): Place => ({
          rule, remove: () => { delete rules[id]; },
        }))));
      if (places.length > 0) mutate(places[pick(places.length)], TERRAFORM, pick);
    });
  }
}

/** In force, at one enforcement point: a report does not say whether a flow is missing in force or in review. */
const SPECS = fc.sample(policySpecs({ size: 6, sctpPorts: false }), { seed: SEED + 1, numRuns: 25 }).map((spec): PolicySpec => ({
  ...spec,
  split: false,
  mode: 'enforce',
  workloads: spec.workloads.map((workload) => ({ ...workload, mode: undefined })),
  segments: spec.segments.map((segment) => ({ ...segment, mode: undefined })),
}));
const ROUNDS = Array.from({ length: runs(0.01, 1) }, (_, index) => index);

describe.each([
  ['CloudFormation', synthesizeCloudFormation, mutateCloudFormation],
  ['Terraform', synthesizeTerraform, mutateTerraform],
] as const)('%s', (_, synthesize, change) => {
  test.each(ROUNDS)('GIVEN one rule of each policy widened or taken out (round %d) WHEN verified THEN exactly that is reported', (round) => {
    const app = synthesize(SPECS);
    const before = trafficOf(app);
    change(app, picker(round + 1));
    const after = trafficOf(app);
    const { policies } = verifyPlaced(readManifests(app.directory), readArtifacts(app.directory));

    const kinds = { excess: 0, missing: 0 };
    for (const { compiled } of app.policies) {
      const { artifacts } = policies.find(({ id }) => id === compiled.id) ?? { artifacts: [] };
      const [old, fresh] = [before.get(compiled.id)!, after.get(compiled.id)!];
      const expected = { excess: beyondEverybody(surplus(fresh, old), old), missing: surplus(old, fresh) };
      for (const kind of ['excess', 'missing'] as const) {
        const flows = reported(compiled, artifacts.flatMap((artifact) => artifact[kind]));
        // An unmanaged workload is reported whole; what other rules still admit for some of its addresses is not lost.
        const found = kind === 'missing' ? surplus(flows, fresh) : flows;
        expect([compiled.id, kind, differences(expected[kind], found)]).toEqual([compiled.id, kind, []]);
        if (expected[kind].size > 0) kinds[kind] += 1;
      }
      expect(artifacts.every(({ ok }) => ok)).toBe(expected.excess.size + expected.missing.size === 0);
    }
    // A rule that others cover may go unnoticed; most must not.
    expect(Math.min(kinds.excess, kinds.missing)).toBeGreaterThan(2);
  }, 60_000);
});
