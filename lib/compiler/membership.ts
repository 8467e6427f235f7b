import { keys, LabelSelector, matches } from '../algebra';
import { WorkloadDeclaration } from '../model/declarations';
import { sortedBy } from '../support/order';
import { Problems } from './problems';

/** Which workloads a selector chooses. Each selector is looked up once, however many flows use it. */
export class Membership {
  private readonly workloads: readonly WorkloadDeclaration[];
  private readonly labelKeys: ReadonlySet<string>;
  private readonly found = new Map<string, string[]>();

  public constructor(workloads: readonly WorkloadDeclaration[], private readonly problems: Problems) {
    this.workloads = sortedBy(workloads, (workload) => workload.id);
    this.labelKeys = new Set(workloads.flatMap((workload) => Object.keys(workload.labels)));
  }

  /**
   * Ids of the workloads that the selector chooses, sorted. A label that no workload carries is an error even where the
   * selector asks for its absence: a misspelt key would choose everything.
   */
  public of(selector: LabelSelector, path: string): string[] {
    for (const key of keys(selector)) {
      if (!this.labelKeys.has(key)) this.problems.error('MSEG2002', path, `label "${key}" is not known`);
    }
    const text = JSON.stringify(selector);
    if (!this.found.has(text)) this.found.set(text, this.search(selector));
    return this.found.get(text)!;
  }

  private search(selector: LabelSelector): string[] {
    return this.workloads.filter((workload) => matches(selector, workload.labels)).map((workload) => workload.id);
  }
}
