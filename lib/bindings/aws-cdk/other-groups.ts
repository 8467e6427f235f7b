import { CfnSecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { PeerAtom, PeerEntry, PeerTraffic } from '../../algebra';
import { End } from '../../platforms/aws/plan-types';
import { Problem } from '../../support/errors';
import { Allowance } from './allowance';
import { Carriers } from './carriers';
import { ALL_OUTBOUND, readRule, RuleProperties, UnreadableRule } from './rule-reader';

const ENDS: readonly End[] = ['ingress', 'egress'];

/** Compares the groups that protected resources carry besides ours with what the policy admits there. */
export class OtherGroups {
  private readonly known = new Map<string, Problem[]>();

  public constructor(
    private readonly carriers: Carriers,
    private readonly allowance: Allowance,
    /** The workload whose attached group this is. */
    private readonly workloadOf: ReadonlyMap<CfnSecurityGroup, string>,
  ) {}

  /** What is wrong with a resource of the workload carrying this group. */
  public problems(group: CfnSecurityGroup, workload: { readonly id: string; readonly path: string }): Problem[] {
    const key = `${workload.id} ${group.node.path}`;
    if (!this.known.has(key)) this.known.set(key, ENDS.flatMap((end) => this.compare(group, workload, end)));
    return this.known.get(key)!;
  }

  private compare(group: CfnSecurityGroup, workload: { readonly id: string; readonly path: string }, end: End): Problem[] {
    try {
      const excess = this.allowance.excess(workload.id, end, this.trafficOf(group, end));
      if (excess.isEmpty()) return [];
      const message = `${group.node.path} on a resource of ${workload.path} admits ${end} beyond the policy, at its widest ${widest(excess)}`;
      return [{ code: 'MSEG3007', where: group.node.path, message }];
    } catch (error) {
      if (!(error instanceof UnreadableRule)) throw error;
      const message = `a rule of ${group.node.path}, on a resource of ${workload.path}, cannot be read: ${error.message}`;
      return [{ code: 'MSEG3008', where: group.node.path, message }];
    }
  }

  private trafficOf(group: CfnSecurityGroup, end: End): PeerTraffic {
    const inline = this.inlineRules(group, end);
    const standalone = this.carriers.standaloneRules(group).filter((rule) => rule.end === end).map(({ rule }) => rule);
    const traffic = PeerTraffic.of([...inline, ...standalone].filter((rule) => !matchesNothing(rule))
      .flatMap((rule): PeerEntry[] => readRule(rule, end, (reference) => this.behind(reference))));
    return end === 'egress' && inline.length === 0 ? traffic.union(ALL_OUTBOUND) : traffic;
  }

  private inlineRules(group: CfnSecurityGroup, end: End): RuleProperties[] {
    const properties = this.carriers.propertiesOf(group);
    const rules = properties[end === 'ingress' ? 'SecurityGroupIngress' : 'SecurityGroupEgress'] ?? [];
    if (!Array.isArray(rules)) throw new UnreadableRule(`its ${end} rules are known at deploy time only`);
    return rules as RuleProperties[];
  }

  /**
   * The workloads that a referenced group stands for: its own, or, where only protected resources carry it, theirs.
   * AWS CDK writes rules between the groups that it makes for a load balancer and its targets.
   */
  private behind(reference: unknown): PeerAtom[] | undefined {
    const group = this.carriers.targets.groupOf(reference);
    if (group === undefined) return undefined;
    const own = this.workloadOf.get(group);
    if (own !== undefined) return [{ kind: 'workload', id: own }];
    const workloads = [...this.carriers.usersOf(group)].map((resource) => this.workloadsOn(resource.node.path));
    if (workloads.length === 0 || workloads.some((found) => found.length === 0)) return undefined;
    return [...new Set(workloads.flat())].map((id) => ({ kind: 'workload', id }));
  }

  private workloadsOn(resourcePath: string): string[] {
    return this.carriers.all.filter(({ attachment }) => attachment.resource.node.path === resourcePath)
      .flatMap(({ lists }) => lists).flatMap((list) => (Array.isArray(list) ? list : []))
      .map((element) => this.workloadOf.get(this.carriers.targets.groupOf(element)!))
      .filter((workload) => workload !== undefined);
  }
}

/** The rule that takes the place of EC2's default; see MATCH_NOTHING. */
function matchesNothing(rule: RuleProperties): boolean {
  return rule.CidrIp === '255.255.255.255/32' && rule.IpProtocol === 'icmp' && rule.FromPort === 252 && rule.ToPort === 86;
}

/** The part that admits most, in words. */
function widest(excess: PeerTraffic): string {
  const entries = excess.entries().map(({ peer, services }) => ({
    size: services.size * ('kind' in peer ? 1 : Number(peer.size)),
    text: `${services.toString()} ${'kind' in peer ? `of ${peer.kind} ${peer.id}` : `of ${peer.toString()}`}`,
  }));
  return entries.reduce((most, entry) => (entry.size > most.size ? entry : most)).text;
}
