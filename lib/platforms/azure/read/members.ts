import { PeerAtom } from '../../../algebra';
import { compareText } from '../../../support/order';
import { ReadInterface, ReadNetwork } from './model';

/** Whom application security groups stand for. */
export class Members {
  private readonly interfacesIn = new Map<string, ReadInterface[]>();

  public constructor(private readonly network: ReadNetwork) {
    for (const each of network.interfaces) {
      for (const group of each.applicationGroups) this.interfacesIn.set(group, [...this.interfacesIn.get(group) ?? [], each]);
    }
  }

  /**
   * A group of a workload stands for the workload, and for whatever else the artifacts put into it. Another group stands for
   * the workloads of its members if all of them are of the policy; else for itself.
   */
  public of(group: string, policy: string, text: string): PeerAtom[] {
    const tags = this.network.applicationGroups.get(group)?.tags;
    const [owner, workload] = [tags?.get('microseg:policy'), tags?.get('microseg:workload')];
    const members = this.interfacesIn.get(group) ?? [];
    if (owner === policy && workload !== undefined) return [atom(workload), ...this.strangers(members, policy, workload)];
    const workloads = members.map((member) => this.workloadsOn(member, policy));
    const known = owner === undefined && workloads.length > 0 && workloads.every((found) => found.length > 0);
    return known ? [...new Set(workloads.flat())].sort(compareText).map(atom) : [{ kind: 'token', id: text }];
  }

  /** Who joins the group of a workload, but is not under its network security group, is admitted wherever the workload is. */
  private strangers(members: readonly ReadInterface[], policy: string, workload: string): PeerAtom[] {
    return members.filter((member) => !this.workloadsOn(member, policy).includes(workload))
      .map(({ id }) => ({ kind: 'token', id: `${id} as a member of the application security group of ${workload}` }));
  }

  private workloadsOn({ securityGroups, subnets }: ReadInterface, policy: string): string[] {
    const ids = [...securityGroups, ...[...subnets].flatMap((subnet) => [...this.network.subnets.get(subnet) ?? []])];
    return ids.flatMap((id) => {
      const tags = this.network.securityGroups.get(id)?.tags;
      return tags?.get('microseg:policy') === policy ? tags.get('microseg:workload') ?? [] : [];
    });
  }
}

function atom(workload: string): PeerAtom {
  return { kind: 'workload', id: workload };
}
