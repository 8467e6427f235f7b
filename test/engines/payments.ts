import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PaymentsPolicy } from '../../examples/payments/policy';
import { Service } from '../../lib/model';
import { inOrder, RulesByWorkload } from './declared-rules';
import { GroupRecord, RuleRecord } from './harness';

// The framework's own validation of templates takes most of the time; cfn-lint looks at them here.
process.env.CDK_VALIDATION = 'false';

/** Directories that syntheses go to, all removed at the end. */
export class Outputs {
  private readonly root = mkdtempSync(join(tmpdir(), 'microseg-payments-'));

  public directory(name: string): string {
    return join(this.root, name);
  }

  public remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** moto has no CloudFormation model of these; nothing else in the stacks refers to them. */
export const UNMODELLED = ['AWS::ElastiCache::SubnetGroup', 'AWS::ElastiCache::ReplicationGroup'];

/** One more flow, against no invariant, and the two rules that it takes. */
export function addFlow({ workloads: { web, cache } }: PaymentsPolicy): void {
  web.allowTo(cache, { services: [Service.REDIS], justification: 'page fragments' });
}

const FRAGMENTS = { protocol: 'tcp', from: 6379, to: 6379, description: 'page fragments: Web to Cache' };

export const ADDED_RULES: { readonly [workload: string]: RuleRecord } = {
  Cache: { ...FRAGMENTS, direction: 'ingress', peer: { group: 'Web' } },
  Web: { ...FRAGMENTS, direction: 'egress', peer: { group: 'Cache' } },
};

/** The rules of all groups of a role, by workload, less the rule that stands for "nothing" in CloudFormation. */
export function rulesInForce(groups: readonly GroupRecord[], role = 'attached'): RulesByWorkload {
  const ofRole = groups.filter((group) => group.role === role);
  expect(ofRole.every(({ policy, shard }) => policy === 'Payments' && shard === '1/1')).toBe(true);
  return Object.fromEntries(ofRole.map(({ workload, rules }) => [workload, inOrder(rules.filter((rule) => !admitsNothing(rule)))]));
}

/** Rules that the workloads have now and did not have before. */
export function addedRules(before: RulesByWorkload, now: RulesByWorkload): RulesByWorkload {
  const known = new Set(Object.entries(before).flatMap(([workload, rules]) => rules.map((rule) => JSON.stringify([workload, rule]))));
  return Object.fromEntries(Object.entries(now)
    .map(([workload, rules]) => [workload, rules.filter((rule) => !known.has(JSON.stringify([workload, rule])))] as const)
    .filter(([, rules]) => rules.length > 0));
}

function admitsNothing({ direction, protocol, from, to, peer }: RuleRecord): boolean {
  return direction === 'egress' && protocol === 'icmp' && from === 252 && to === 86 && 'cidrIpv4' in peer && peer.cidrIpv4 === '255.255.255.255/32';
}
