import { CfnResource, Stage } from 'aws-cdk-lib';
import { CfnSecurityGroup, CfnSecurityGroupEgress, CfnSecurityGroupIngress } from 'aws-cdk-lib/aws-ec2';
import { IConstruct } from 'constructs';
import { Attachment, Rendering, takesGroups } from './attachment';
import { RuleProperties } from './rule-reader';
import { Targets } from './targets';

const RULE_TYPES: { readonly [type: string]: 'ingress' | 'egress' } = {
  [CfnSecurityGroupIngress.CFN_RESOURCE_TYPE_NAME]: 'ingress',
  [CfnSecurityGroupEgress.CFN_RESOURCE_TYPE_NAME]: 'egress',
};

/** A resource with the lists in which it keeps its groups. */
export interface Carrier {
  readonly attachment: Attachment;
  readonly lists: readonly unknown[];
}

/** Which resources of an assembly carry which groups, and which rules the groups have: as it will be deployed. */
export class Carriers {
  /** Every resource that keeps groups in a known place. */
  public readonly all: readonly Carrier[];
  private readonly resources: readonly CfnResource[];
  private standalone?: Map<CfnSecurityGroup, { end: 'ingress' | 'egress'; rule: RuleProperties }[]>;
  private users?: Map<CfnSecurityGroup, Set<CfnResource>>;

  public constructor(scope: IConstruct, public readonly targets: Targets) {
    this.resources = (Stage.of(scope) ?? scope.node.root).node.findAll().filter((construct) => CfnResource.isCfnResource(construct));
    this.all = this.resources.filter(takesGroups).map((resource) => new Attachment(resource))
      .map((attachment) => ({ attachment, lists: attachment.groupLists(targets) ?? [] }));
  }

  /** Properties of the group as the template will have them. */
  public propertiesOf(group: CfnResource): RuleProperties {
    return propertiesIn(this.targets.resolve(group, (group as unknown as Rendering)._toCloudFormation()));
  }

  /** Rules of the group that are resources of their own, wherever they stand. */
  public standaloneRules(group: CfnSecurityGroup): readonly { end: 'ingress' | 'egress'; rule: RuleProperties }[] {
    this.standalone ??= this.indexRules();
    return this.standalone.get(group) ?? [];
  }

  /** Everything that refers to the group other than groups and rules. */
  public usersOf(group: CfnSecurityGroup): ReadonlySet<CfnResource> {
    this.users ??= this.indexUsers();
    return this.users.get(group) ?? new Set();
  }

  private indexRules(): Map<CfnSecurityGroup, { end: 'ingress' | 'egress'; rule: RuleProperties }[]> {
    const index = new Map<CfnSecurityGroup, { end: 'ingress' | 'egress'; rule: RuleProperties }[]>();
    for (const resource of this.resources.filter(({ cfnResourceType }) => cfnResourceType in RULE_TYPES)) {
      const group = this.targets.groupOf(this.targets.resolve(resource, (resource as CfnSecurityGroupIngress).groupId));
      if (group === undefined) continue;
      index.set(group, [...(index.get(group) ?? []), { end: RULE_TYPES[resource.cfnResourceType], rule: this.propertiesOf(resource) }]);
    }
    return index;
  }

  private indexUsers(): Map<CfnSecurityGroup, Set<CfnResource>> {
    const index = new Map<CfnSecurityGroup, Set<CfnResource>>();
    const skipped = new Set([CfnSecurityGroup.CFN_RESOURCE_TYPE_NAME, ...Object.keys(RULE_TYPES)]);
    for (const resource of this.resources.filter(({ cfnResourceType }) => !skipped.has(cfnResourceType))) {
      for (const target of this.targets.allIn(this.propertiesOf(resource))) {
        const group = target as CfnSecurityGroup;
        if (!index.has(group)) index.set(group, new Set());
        index.get(group)!.add(resource);
      }
    }
    return index;
  }
}

function propertiesIn(rendered: unknown): RuleProperties {
  const [resource] = Object.values((rendered as { Resources?: object }).Resources ?? {}) as { Properties?: RuleProperties }[];
  return resource?.Properties ?? {};
}
