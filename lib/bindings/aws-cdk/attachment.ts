import { CfnResource, IResolveContext, Lazy } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { ATTACHMENT_POINTS, AttachmentPoint } from './attachment-table';
import { editAt, hasElements, isRecord, keyOf, valuesAt } from './property-path';
import { Targets } from './targets';

/** A resource that carries the groups of a workload. */
export class Attachment {
  private readonly point: AttachmentPoint;

  public constructor(public readonly resource: CfnResource) {
    this.point = ATTACHMENT_POINTS[resource.cfnResourceType];
  }

  /**
   * Makes the resource carry the groups, beside those that it has, or instead of them. The groups may become known as late
   * as synthesis, and so may what the resource had.
   */
  public attach(groupIds: () => string[], exclusive: boolean): void {
    const l1 = this.resource as unknown as Record<string, unknown>;
    const { lists, only } = this.point;
    const originals = Object.fromEntries([...lists.map(rootOf), ...(only ? [only.property] : [])].map((root) => [root, l1[root]]));
    for (const root of new Set(lists.map(rootOf))) {
      l1[root] = Lazy.uncachedAny({
        produce: (context: IResolveContext) => {
          const ours = context.resolve(groupIds()) as unknown[];
          const properties = context.resolve(originals) as Record<string, unknown>;
          return this.withGroups(properties, ours, exclusive)[root];
        },
      });
    }
  }

  /** The values of the group lists as the template will have them; undefined where the resource takes no groups. */
  public groupLists(targets: Targets): unknown[] | undefined {
    const properties = this.properties(targets);
    const list = this.list(properties);
    return list === undefined ? undefined : valuesAt(properties, list);
  }

  /** Groups that the resource names instead of giving their ids. */
  public groupNames(targets: Targets): unknown[] {
    const values = this.point.names === undefined ? undefined : valuesAt(this.properties(targets), this.point.names);
    return (values ?? []).flat().filter((value) => value !== undefined);
  }

  private withGroups(properties: Record<string, unknown>, ours: unknown[], exclusive: boolean): Record<string, unknown> {
    const list = this.list(properties);
    if (list === undefined) return properties;
    return editAt(properties, list, (existing) => {
      // What is no list cannot be read either; it stays, so that it is found and refused.
      const kept = exclusive || existing === undefined ? [] : [existing].flat();
      return distinct([...kept, ...ours]);
    }) as Record<string, unknown>;
  }

  /** The path that holds the groups, given what else the resource is set to. */
  private list(properties: Record<string, unknown>): string | undefined {
    const { only, lists } = this.point;
    if (only && !only.values.includes(properties[keyOf(properties, only.property)] as string | undefined)) return undefined;
    // A resource with interfaces takes no groups beside them, even if its interfaces take none.
    const list = lists.find((path) => hasElements(properties, path) || valuesAt(properties, path) !== undefined);
    return list !== undefined && valuesAt(properties, list) !== undefined ? list : undefined;
  }

  private properties(targets: Targets): Record<string, unknown> {
    const rendered = targets.resolve(this.resource, (this.resource as unknown as Rendering)._toCloudFormation());
    const [resource] = Object.values((rendered as { Resources: object }).Resources) as { Properties?: unknown }[];
    return isRecord(resource.Properties) ? resource.Properties : {};
  }
}

/** How every L1 renders itself; the framework hides it from its public types. */
export interface Rendering {
  _toCloudFormation(): object;
}

/**
 * The resources behind a construct that carry security groups: the construct itself, its default child, or whatever
 * stands below it, and the launch template that an Auto Scaling group refers to.
 */
export function attachmentsOf(construct: IConstruct): Attachment[] {
  return [...new Set(carriers(construct))].map((resource) => new Attachment(resource));
}

function carriers(construct: IConstruct): CfnResource[] {
  if (takesGroups(construct)) return [construct];
  const main = construct.node.defaultChild;
  if (main && takesGroups(main)) return [main];
  return [...neighbours(construct), ...construct.node.children.flatMap(carriers)];
}

export function takesGroups(construct: IConstruct): construct is CfnResource {
  return CfnResource.isCfnResource(construct) && construct.cfnResourceType in ATTACHMENT_POINTS && hasProperties(construct);
}

/** An untyped `CfnResource` has no property to set. */
function hasProperties(resource: CfnResource): boolean {
  const { lists } = ATTACHMENT_POINTS[resource.cfnResourceType];
  return lists.every((path) => rootOf(path) in resource);
}

function rootOf(path: string): string {
  return path.split('.')[0].replace('[]', '');
}

/** An Auto Scaling group takes its groups from a launch template or configuration, which may stand anywhere. */
function neighbours(construct: IConstruct): CfnResource[] {
  if (!CfnResource.isCfnResource(construct) || construct.cfnResourceType !== 'AWS::AutoScaling::AutoScalingGroup') return [];
  const targets = new Targets();
  const { launchTemplate, mixedInstancesPolicy, launchConfigurationName } = construct as unknown as Record<string, unknown>;
  return targets.allIn(targets.resolve(construct, { launchTemplate, mixedInstancesPolicy, launchConfigurationName })).filter(takesGroups);
}

function distinct(values: unknown[]): unknown[] {
  return [...new Map(values.map((value) => [JSON.stringify(value), value])).values()];
}
