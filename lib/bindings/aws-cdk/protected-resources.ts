import { aws_ec2 as ec2, Lazy } from 'aws-cdk-lib';
import { Workload } from '../../model/workload';
import { Attachment } from './attachment';
import type { SecurityGroups } from './security-groups';

/** What a workload runs on at one enforcement point, and the groups that are put there. */
export class ProtectedResources {
  public readonly attachments: Attachment[] = [];
  private readonly exclusively = new Set<Attachment>();
  private single?: ec2.ISecurityGroup;

  public constructor(private readonly point: SecurityGroups, public readonly workload: Workload) {}

  public attach(attachment: Attachment, exclusive: boolean): void {
    attachment.attach(() => this.groupIds(), exclusive);
    this.attachments.push(attachment);
    if (exclusive) this.exclusively.add(attachment);
  }

  public isExclusive(attachment: Attachment): boolean {
    return this.exclusively.has(attachment);
  }

  /** Empty until synthesis has planned the groups. */
  public groupIds(): string[] {
    return (this.point._deployment?.attachedGroups(this.workload.workloadId) ?? []).map((group) => group.attrGroupId);
  }

  public singleGroup(): ec2.ISecurityGroup {
    const id = Lazy.string({ produce: () => this.groupIds()[0] });
    // Immutable: whoever adds rules by way of connections must not widen what the policy declares.
    this.single ??= ec2.SecurityGroup.fromSecurityGroupId(this.point, `Single:${this.workload.workloadId}`, id, { mutable: false });
    return this.single;
  }

  /** Whether somebody took one group and would miss the others. */
  public get wantsSingleGroup(): boolean {
    return this.single !== undefined;
  }
}
