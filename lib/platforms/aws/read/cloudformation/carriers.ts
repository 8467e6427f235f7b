import { Problem } from '../../../../support/errors';
import { isObject } from '../../../../support/files';
import { Link, onOneMachine } from '../machines';
import { DEFAULT_GROUP, ReadCarrier } from '../model';
import { argument, groupId, isIntrinsic, Located, References } from './references';
import { asItStands } from './rules';
import { Template } from './template';

/** Types that name groups without having interfaces. */
const NO_INTERFACE = /^AWS::(EC2::SecurityGroup|CloudFormation::Stack$|IAM::)/;
/** Types whose properties' names mean what they say. */
const AWS_SERVICE = /^AWS::(?!CloudFormation::)/;
/** Properties that hold security groups, whatever the service calls them. */
const GROUP_PROPERTY = /SecurityGroup|^GroupSet$|^Groups$/i;
/** Those of them that hold nothing else, so that whatever stands there is a group, known or not. */
const HOLDS_GROUPS_ONLY = /SecurityGroups?(Id|Name)?s?(List)?$|^GroupSet$|^Groups$/i;
/** A group by its id, or a value that CloudFormation looks up at deployment. */
const GROUP_ID = /^sg-|\{\{resolve:/;

/** Types that say which interfaces, made as resources of their own, are those of a machine. */
const MACHINE = /^AWS::EC2::(Instance|LaunchTemplate|NetworkInterfaceAttachment)$/;
const OF_MACHINE = /^(InstanceId|NetworkInterfaceId)$/;

/** An interface as a resource of its own, and the list of a machine's that has no group named in an element of it. */
const INTERFACE = 'AWS::EC2::NetworkInterface';
const INTERFACES = 'NetworkInterfaces';
const OF_INTERFACE = ['GroupSet', 'Groups', 'NetworkInterfaceId'];

/** Every resource, or machine of several, with at least one known group in a list of its properties, with all groups of such lists. */
export function readCarriers(templates: readonly Template[], references: References, problems: Problem[]): ReadCarrier[] {
  const carriers = templates.flatMap((template) => [...template.resources].flatMap(([id, { type, properties }]) => {
    if (NO_INTERFACE.test(type)) return [];
    const scan = new Scan(references, groupId(template, id), AWS_SERVICE.test(type), problems);
    scan.visit({ value: properties, template }, type === INTERFACE ? INTERFACES : '');
    return scan.carriers();
  }));
  const links = templates.flatMap((template) => [...template.resources]
    .filter(([, { type }]) => MACHINE.test(type))
    .flatMap(([id, { properties }]) => partsOf({ value: properties, template }, '', references).map((part): Link => [groupId(template, id), part])));
  return onOneMachine(carriers, links);
}

/** Ids of the resources that are named as instance or interface anywhere in a value. */
function partsOf({ value, template }: Located, property: string, references: References): string[] {
  if (OF_MACHINE.test(property)) {
    return references.alternatives({ value, template }).flatMap((one) => references.resource(one) ?? []);
  }
  const parts = Array.isArray(value) ? (value as unknown[]).map((part) => ['', part] as const) : isObject(value) ? Object.entries(value) : [];
  return parts.flatMap(([name, part]) => partsOf({ value: part, template }, name, references));
}

/** One resource: a walk through all its properties, since each service has a place of its own for groups. */
class Scan {
  private readonly groups = new Set<string>();
  private readonly unknown = new Set<string>();

  public constructor(
    private readonly references: References,
    private readonly id: string,
    private readonly takesSingle: boolean,
    private readonly problems: Problem[],
  ) {}

  public carriers(): ReadCarrier[] {
    return this.groups.size + this.unknown.size > 0 ? [{ id: this.id, groups: this.groups, unknown: this.unknown }] : [];
  }

  public visit(located: Located, property: string): void {
    const { value, template } = located;
    const branches = argument(value, 'Fn::If');
    if (Array.isArray(branches)) {
      branches.slice(1).forEach((branch) => this.visit({ value: branch, template }, property));
      if (HOLDS_GROUPS_ONLY.test(property) && branches.some((branch) => argument(branch, 'Ref') === 'AWS::NoValue')) this.unknown.add(DEFAULT_GROUP);
    } else if (Array.isArray(value) || isIntrinsic(value)) {
      this.visitReference(located, property);
    } else if (isObject(value)) {
      if (property === INTERFACES && !OF_INTERFACE.some((name) => Object.hasOwn(value, name))) this.unknown.add(DEFAULT_GROUP);
      for (const [name, content] of Object.entries(value)) {
        this.visit({ value: content, template }, GROUP_PROPERTY.test(property) && !Array.isArray(content) ? property : name);
      }
    } else if (this.takesSingle && HOLDS_GROUPS_ONLY.test(property) && GROUP_ID.test(String(value))) {
      this.unknown.add(String(value));
    }
  }

  private visitReference(located: Located, property: string): void {
    const elements = this.references.elements(located)?.flatMap((element) => this.references.alternatives(element));
    if (elements) return this.visitList(elements, property);
    const group = this.references.group(located);
    if (group !== undefined) {
      // A single group counts where the name says that it is one: an environment variable may hold a group's id, too.
      if (this.takesSingle && GROUP_PROPERTY.test(property)) this.groups.add(group);
    } else if (GROUP_PROPERTY.test(property) && this.references.mentionsGroup(located)) {
      this.problems.push({ code: 'MSEG8004', where: this.id, message: `${property} ${JSON.stringify(located.value)} cannot be evaluated` });
    } else if (this.takesSingle && HOLDS_GROUPS_ONLY.test(property) && !this.isAbsent(located)) {
      this.unknown.add(asItStands(located.value));
    }
  }

  private visitList(elements: readonly Located[], property: string): void {
    const groups = elements.map((element) => this.references.group(element));
    // Of groups that are all somebody else's only the name of the property tells that they are groups.
    const ofGroups = groups.some((group) => group !== undefined) || HOLDS_GROUPS_ONLY.test(property);
    groups.forEach((group, index) => {
      const element = elements[index];
      if (group !== undefined) this.groups.add(group);
      else if (ofGroups && (!isObject(element.value) || isIntrinsic(element.value))) this.unknown.add(asItStands(element.value));
      else this.visit(element, property);
    });
  }

  private isAbsent(located: Located): boolean {
    return this.references.alternatives(located).length === 0;
  }
}
