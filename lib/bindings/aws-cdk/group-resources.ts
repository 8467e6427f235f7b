import { NestedStack, RemovalPolicy } from 'aws-cdk-lib';
import { CfnSecurityGroup, CfnSecurityGroupEgress, CfnSecurityGroupIngress } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { Partition, StackContent } from '../../platforms/aws/partition';
import { PlannedGroup, PlannedRule, RulePeer } from '../../platforms/aws/plan-types';
import { destination, GroupIds, inlineEgress, inlineIngress, source, traffic } from './rendering';

/** A deploy-time value of a rule, and a construct of the stack in which the rule stands. */
export interface OpaqueUse {
  readonly scope: Construct;
  readonly peer: Extract<RulePeer, { kind: 'prefixList' | 'token' }> | { readonly kind: 'foreignGroup'; readonly workload: string; readonly value: string };
}

/** The L1 resources of a plan: groups with the rules inside them, and the rules that stand alone. */
export class GroupResources implements GroupIds {
  /** By key of the planned group. */
  public readonly groups = new Map<string, CfnSecurityGroup>();
  private readonly ids = new Map<string, string>();
  private readonly scopes = new Map<string, Construct>();

  public constructor(
    private readonly scope: Construct,
    private readonly vpcId: string,
    public readonly foreign: GroupIds['foreign'],
  ) {}

  public create({ stacks }: Partition): void {
    const scopes = stacks.map((stack) => this.scopeOf(stack));
    // A group refers to others that may come later in the list, so all of them are made before their rules are.
    stacks.forEach(({ groups }, index) => groups.forEach(({ group }) => this.createGroup(scopes[index], group)));
    stacks.forEach(({ groups, rules }, index) => {
      groups.forEach(({ group, inline }) => this.fillGroup(group, inline));
      rules.forEach(({ group, rule }) => this.createRule(scopes[index], group, rule));
    });
  }

  public group(key: string): string {
    return this.ids.get(key)!;
  }

  /** Each value of the rules that only the deployment knows, and where it stands. Such rules always stand in their group. */
  public opaqueUses({ stacks }: Partition): OpaqueUse[] {
    return stacks.flatMap(({ groups }) => groups).flatMap(({ group, inline }) => inline.flatMap(({ peer }): OpaqueUse[] => {
      const scope = this.scopes.get(group.key)!;
      switch (peer.kind) {
        case 'prefixList':
        case 'token': return [{ scope, peer }];
        case 'foreignGroup': return [{ scope, peer: { ...peer, value: this.foreign(peer.workload).securityGroupId } }];
        default: return [];
      }
    }));
  }

  /** Where the resources of a stack stand. Nested stacks hold no state: whatever they hold may go with them. */
  private scopeOf({ id }: StackContent): Construct {
    return id === undefined ? this.scope : new NestedStack(this.scope, id, { removalPolicy: RemovalPolicy.DESTROY });
  }

  private createGroup(scope: Construct, group: PlannedGroup): void {
    // Ids of workloads hold no colon, so no workload's id can look like another's second group.
    const resource = new CfnSecurityGroup(scope, `Group:${group.key.replace(/\//g, ':')}`, {
      groupDescription: group.description,
      vpcId: this.vpcId,
      tags: Object.entries(group.tags).map(([key, value]) => ({ key, value })),
    });
    this.groups.set(group.key, resource);
    this.ids.set(group.key, resource.attrGroupId);
    this.scopes.set(group.key, scope);
  }

  private fillGroup(group: PlannedGroup, inline: readonly PlannedRule[]): void {
    const resource = this.groups.get(group.key)!;
    const ingress = inlineIngress(inline, this);
    if (ingress.length > 0) resource.securityGroupIngress = ingress;
    resource.securityGroupEgress = inlineEgress(inline, this);
  }

  private createRule(scope: Construct, groupKey: string, rule: PlannedRule): void {
    const groupId = this.group(groupKey);
    if (rule.end === 'ingress') {
      new CfnSecurityGroupIngress(scope, `Rule:${rule.id}`, { groupId, ...traffic(rule), ...source(rule.peer, this) });
    } else {
      new CfnSecurityGroupEgress(scope, `Rule:${rule.id}`, { groupId, ...traffic(rule), ...destination(rule.peer, this) });
    }
  }
}
