import { SecurityGroupsPlan } from '../../platforms/aws/plan-types';
import { stableId } from '../../support/stable-id';
import { enforce, Enforcement, EnforcementRequest } from './enforcement';
import { GroupContent } from './group-resources';
import { GroupEntry, groupEntries, groupId, References, RuleEntry, ruleEntries } from './rule-maps';

/** What an enforcement point puts into its resources. */
export interface ContentSource extends EnforcementRequest {
  /** Changes whenever what is enforced may have changed. */
  readonly revision: string;
  readonly references: References;
}

interface Rendered {
  readonly revision: string;
  readonly enforcement: Enforcement;
  /** Ids of attached groups by workload. */
  readonly attached: ReadonlyMap<string, string[]>;
  readonly groups: { [key: string]: GroupEntry };
  readonly ingress: { [id: string]: RuleEntry };
  readonly egress: { [id: string]: RuleEntry };
}

/** The content of the `for_each` maps. Synthesis asks for each of them several times; it is made once for a revision. */
export class Content implements GroupContent {
  private known?: Rendered;

  public constructor(private readonly source: () => ContentSource) {}

  public get enforcement(): Enforcement {
    return this.current().enforcement;
  }

  public groups(): { [key: string]: GroupEntry } {
    return this.current().groups;
  }

  public ingress(): { [id: string]: RuleEntry } {
    return this.current().ingress;
  }

  public egress(): { [id: string]: RuleEntry } {
    return this.current().egress;
  }

  /** Ids of the groups that the workload's interfaces carry, the one that peers refer to first. */
  public attachedGroupIds(workload: string): string[] {
    return this.current().attached.get(workload) ?? [];
  }

  private current(): Rendered {
    const source = this.source();
    if (this.known?.revision !== source.revision) this.known = render(source);
    return this.known;
  }
}

function render(source: ContentSource): Rendered {
  const enforcement = enforce(source);
  const { plan } = enforcement;
  return {
    revision: source.revision,
    enforcement,
    attached: attachedIds(plan, source.references.groups),
    groups: groupEntries(plan, stableId(source.path).slice(0, 8)),
    ingress: ruleEntries(plan, 'ingress', source.references),
    egress: ruleEntries(plan, 'egress', source.references),
  };
}

function attachedIds({ groups }: SecurityGroupsPlan, address: string): Map<string, string[]> {
  const ids = new Map<string, string[]>();
  for (const { workload, key } of groups.filter(({ role }) => role === 'attached').sort((a, b) => a.shard - b.shard)) {
    ids.set(workload, [...(ids.get(workload) ?? []), groupId(address, key)]);
  }
  return ids;
}
