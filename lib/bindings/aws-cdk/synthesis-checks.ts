import { CfnResource, Stack } from 'aws-cdk-lib';
import { CfnSecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { MAX_OUTPUTS } from '../../platforms/aws/partition';
import { Problem } from '../../support/errors';
import { Allowance } from './allowance';
import { Attachment } from './attachment';
import { Carriers } from './carriers';
import { lateDeclarations } from './compiled-for';
import { Deployment } from './deployment';
import { OtherGroups } from './other-groups';
import type { SecurityGroups } from './security-groups';
import { Targets } from './targets';

/** What can be judged only when the whole tree is final: whether anything undoes what the enforcement point did. */
export function problemsAtSynthesis(point: SecurityGroups): Problem[] {
  const deployment = point._deployment;
  if (deployment === undefined) return [];
  const late = lateDeclarations(point, deployment.compiled);
  if (late.length > 0) return late;
  return [...severalGroups(point, deployment), ...new CarrierChecks(point, deployment).problems()];
}

function severalGroups(point: SecurityGroups, deployment: Deployment): Problem[] {
  return [...point._protected.values()]
    .map(({ workload, wantsSingleGroup }) => ({ workload, wantsSingleGroup, count: deployment.attachedGroups(workload.workloadId).length }))
    .filter(({ wantsSingleGroup, count }) => wantsSingleGroup && count > 1)
    .map(({ workload, count }) => ({ code: 'MSEG3015', where: workload.node.path, message: `its rules take ${count} groups, and securityGroup(workload) is one of them` }));
}

/** Looks at every resource that carries a group of ours, however it came there. */
class CarrierChecks {
  private readonly targets = new Targets();
  private readonly workloadOf = new Map<CfnSecurityGroup, string>();
  private readonly paths: ReadonlyMap<string, string>;

  public constructor(private readonly point: SecurityGroups, private readonly deployment: Deployment) {
    for (const { key, role, workload } of deployment.plan.groups) {
      if (role === 'attached') this.workloadOf.set(deployment.resources.groups.get(key)!, workload);
    }
    this.paths = new Map(deployment.compiled.workloads.map(({ id, path }) => [id, path]));
  }

  public problems(): Problem[] {
    const carriers = new Carriers(this.point, this.targets);
    const others = new OtherGroups(carriers, new Allowance(this.point, this.deployment), this.workloadOf);
    const problems = carriers.all.flatMap(({ attachment, lists }) => lists.flatMap((list) => this.listProblems(attachment, list, others)));
    return distinct([...this.missingGroups(carriers), ...this.exportProblems(carriers), ...problems]);
  }

  private listProblems(attachment: Attachment, list: unknown, others: OtherGroups): Problem[] {
    const elements = Array.isArray(list) ? list as unknown[] : [list];
    const groups = elements.map((element) => this.targets.groupOf(element));
    const workloads = new Set(groups.map((group) => this.workloadOf.get(group!)).filter((workload) => workload !== undefined));
    return [...workloads].flatMap((id) => [
      ...this.nameProblems(attachment, id),
      ...this.quotaProblems(attachment, id, elements.length),
      ...elements.flatMap((element) => this.groupProblems(attachment, id, element, others)),
    ]);
  }

  private groupProblems(attachment: Attachment, id: string, element: unknown, others: OtherGroups): Problem[] {
    const path = this.paths.get(id)!;
    const group = this.targets.groupOf(element);
    if (group === undefined) return [unreadable(attachment, `besides the groups of ${path} it carries ${this.targets.describe(element)}`)];
    return this.workloadOf.get(group) === id ? [] : others.problems(group, { id, path });
  }

  private nameProblems(attachment: Attachment, workload: string): Problem[] {
    return attachment.groupNames(this.targets)
      .map((name) => unreadable(attachment, `besides the groups of ${this.paths.get(workload)!} it carries a group by its name, ${this.targets.describe(name)}`));
  }

  /** The plan reckoned with the groups that the resource had then. */
  private quotaProblems(attachment: Attachment, workload: string, carried: number): Problem[] {
    const { groupsPerInterface } = this.deployment.limits;
    if (carried <= groupsPerInterface) return [];
    const message = `as a resource of ${this.paths.get(workload)!} it carries ${carried} groups, of ${groupsPerInterface} that an interface may have`;
    return [{ code: 'MSEG3004', where: attachment.resource.node.path, message }];
  }

  /** Every group that another stack names is an output of ours, and CloudFormation counts outputs. */
  private exportProblems(carriers: Carriers): Problem[] {
    const home = outermost(Stack.of(this.point));
    const exported = new Set(carriers.all.filter(({ attachment: { resource } }) => outermost(resource.stack) !== home)
      .flatMap(({ lists }) => lists.flat()).map((element) => this.targets.groupOf(element)).filter((group) => this.workloadOf.has(group!)));
    if (exported.size <= MAX_OUTPUTS) return [];
    const message = `other stacks use ${exported.size} of its groups, and ${home.node.path} may have ${MAX_OUTPUTS} outputs`;
    return [{ code: 'MSEG3011', where: this.point.node.path, message }];
  }

  private missingGroups(carriers: Carriers): Problem[] {
    const lists = new Map(carriers.all.map(({ attachment: { resource }, lists: found }) => [resource, found]));
    return [...this.point._protected.values()].flatMap(({ workload, attachments }) => {
      const ours = this.deployment.attachedGroups(workload.workloadId);
      return attachments.flatMap(({ resource }) => this.missingOn(resource, lists.get(resource) ?? [], ours, workload.node.path));
    });
  }

  private missingOn(resource: CfnResource, lists: readonly unknown[], ours: readonly CfnSecurityGroup[], workload: string): Problem[] {
    const complete = lists.length > 0 && lists.every((list) => {
      const carried = new Set(Array.isArray(list) ? list.map((element) => this.targets.groupOf(element)) : []);
      return ours.every((group) => carried.has(group));
    });
    if (complete) return [];
    return [{ code: 'MSEG3014', where: resource.node.path, message: `it does not carry all groups of ${workload} any more` }];
  }
}

function outermost(stack: Stack): Stack {
  return stack.nestedStackParent === undefined ? stack : outermost(stack.nestedStackParent);
}

function unreadable(attachment: Attachment, message: string): Problem {
  return { code: 'MSEG3008', where: attachment.resource.node.path, message };
}

function distinct(problems: Problem[]): Problem[] {
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
}
