import { createHash } from 'crypto';
import { fail } from '../../support/errors';
import { compareText } from '../../support/order';
import { PlannedGroup, PlannedRule, SecurityGroupsPlan } from './plan-types';

/** What CloudFormation lets one template hold; a little less than it says, for what the framework adds itself. */
const MAX_RESOURCES = 490;
const MAX_PARAMETERS = 195;
export const MAX_OUTPUTS = 200;
const MAX_BYTES = 900_000;

/** Upper estimates of what a thing takes in a template. */
const BYTES = { group: 900, inlineRule: 450, standaloneRule: 800 };

/**
 * Each number doubles the one before it, so that half of the workloads stay where they are. 17 parts are the most that
 * 500 nested stacks allow.
 */
const PARTITIONS = [0, 1, 2, 4, 8, 16, 17];

/** Resources of one stack: `id` names the nested stack, and is absent for the enforcement point's own stack. */
export interface StackContent {
  readonly id?: string;
  readonly groups: { readonly group: PlannedGroup; readonly inline: PlannedRule[] }[];
  /** Rules that are resources of their own, with the key of their group. */
  readonly rules: { readonly group: string; readonly rule: PlannedRule }[];
}

export interface Partition {
  /** 0: everything stands in the enforcement point's own stack. */
  readonly partitions: number;
  /** Groups first: rules refer to them, and nothing refers to rules. */
  readonly stacks: StackContent[];
}

export interface PartitionOptions {
  /** How many resources the enforcement point may put into its own stack. */
  readonly budget: number;
  /** Number of parts. Without it the least that fits. */
  readonly partitions?: number;
}

/**
 * Spreads a plan over stacks.
 *
 * A group goes by its workload, a rule between groups by the parts of its two groups. So a rule moves to another stack
 * only together with one of its groups, which then is a new group: CloudFormation creates before it deletes, and EC2
 * refuses the same rule twice in one group. The number of parts is the same in all enforcement modes: it is reckoned as
 * if every workload had its review group.
 *
 * @throws MSEG3011 if no number of parts fits.
 */
export function partition(plan: SecurityGroupsPlan, options: PartitionOptions): Partition {
  const candidates = options.partitions === undefined ? PARTITIONS : [options.partitions];
  const sized = withReview(plan.groups);
  const chosen = candidates.find((partitions) => fits(spread(sized, partitions), options.budget));
  if (chosen !== undefined) return { partitions: chosen, stacks: spread(plan.groups, chosen) };
  const parts = options.partitions === undefined ? '' : ` in ${options.partitions} partitions`;
  return fail('MSEG3011', plan.enforcementPoint, `${plan.groups.length} security groups and their rules do not fit${parts} into ${options.budget} resources`);
}

/** The plan as it is where every workload is watched only: the largest that a change of modes can make it. */
function withReview(groups: readonly PlannedGroup[]): PlannedGroup[] {
  const attached = groups.filter((group) => group.role === 'attached');
  return [...attached, ...attached.map((group): PlannedGroup => ({ ...group, key: `${group.key}\u0000review`, role: 'review' }))];
}

function spread(groups: readonly PlannedGroup[], partitions: number): StackContent[] {
  if (partitions === 0) return [ownStack(groups)];
  const partOf = new Map(groups.map((group) => [group.key, part(group.workload, partitions)]));
  const stacks = new Map<string, StackContent>();
  const stack = (id: string): StackContent => {
    if (!stacks.has(id)) stacks.set(id, { id, groups: [], rules: [] });
    return stacks.get(id)!;
  };
  for (const group of groups) stack(`Groups${partOf.get(group.key)!}`).groups.push({ group, inline: group.rules.filter((rule) => peerKey(rule) === undefined) });
  for (const group of groups) {
    for (const rule of group.rules) {
      const peer = peerKey(rule);
      if (peer !== undefined) stack(rulesStack(group, partOf.get(group.key)!, partOf.get(peer)!)).rules.push({ group: group.key, rule });
    }
  }
  return [...stacks.values()].sort((a, b) => order(a) - order(b) || compareText(a.id!, b.id!));
}

/**
 * Everything in one stack. References between groups stand in the group with the greater key, where they cannot form a
 * circle; the other end of the flow is a resource of its own. Nothing refers to a review group, so it takes all of its rules.
 */
function ownStack(groups: readonly PlannedGroup[]): StackContent {
  const isInline = (group: PlannedGroup, rule: PlannedRule) => {
    const peer = peerKey(rule);
    return peer === undefined || group.role === 'review' || group.key > peer;
  };
  return {
    groups: groups.map((group) => ({ group, inline: group.rules.filter((rule) => isInline(group, rule)) })),
    rules: groups.flatMap((group) => group.rules.filter((rule) => !isInline(group, rule)).map((rule) => ({ group: group.key, rule }))),
  };
}

/** Rules between the groups of two parts share a stack, whichever way they point; those of review groups have stacks of their own. */
function rulesStack(group: PlannedGroup, own: number, peer: number): string {
  if (group.role === 'review') return `Review${own}x${peer}`;
  return `Rules${Math.min(own, peer)}x${Math.max(own, peer)}`;
}

function part(workload: string, partitions: number): number {
  return createHash('sha256').update(workload).digest().readUInt32BE(0) % partitions;
}

function order(stack: StackContent): number {
  return stack.groups.length > 0 ? 0 : 1;
}

function fits(stacks: readonly StackContent[], budget: number): boolean {
  const [first] = stacks;
  if (first === undefined) return true;
  if (first.id === undefined) return resources(first) <= budget && bytes(first) <= MAX_BYTES;
  return stacks.length <= budget && stacks.every((stack) => resources(stack) <= MAX_RESOURCES
    && bytes(stack) <= MAX_BYTES && parameters(stack) <= MAX_PARAMETERS && stack.groups.length <= MAX_OUTPUTS);
}

function resources(stack: StackContent): number {
  return stack.groups.length + stack.rules.length;
}

function bytes(stack: StackContent): number {
  const inline = stack.groups.reduce((sum, group) => sum + group.inline.length, 0);
  return stack.groups.length * BYTES.group + inline * BYTES.inlineRule + stack.rules.length * BYTES.standaloneRule;
}

/** Values that a nested stack may have to be handed: each group that its rules name, each deploy-time value, and the VPC. */
function parameters(stack: StackContent): number {
  const names = new Set(['vpc']);
  for (const { group, rule } of stack.rules) names.add(`group ${group}`).add(`group ${peerKey(rule)!}`);
  for (const { inline } of stack.groups) {
    for (const { peer } of inline) {
      if (peer.kind === 'prefixList' || peer.kind === 'token') names.add(`value ${peer.name}`);
      if (peer.kind === 'foreignGroup') names.add(`foreign ${peer.workload}`);
    }
  }
  return names.size;
}

function peerKey(rule: PlannedRule): string | undefined {
  return rule.peer.kind === 'group' ? rule.peer.key : undefined;
}
