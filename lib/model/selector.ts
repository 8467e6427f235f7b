import { LabelRequirement, LabelSelector } from '../algebra';
import { fail } from '../support/errors';

/**
 * Chooses workloads by their labels. Requirements are joined by *and*.
 *
 *     Selector.matching({ app: 'payments', tier: 'db' })
 *     Selector.all(Selector.matching({ app: 'payments' }), Selector.oneOf('env', 'prod', 'staging'))
 */
export class Selector {
  /** Workloads that carry each of these labels with this value. @throws MSEG1015 if there is no label. */
  public static matching(labels: { [key: string]: string }): Selector {
    return new Selector(Object.entries(labels).map(([key, value]) => ({ key, operator: 'in', values: [value] })));
  }

  /** Workloads whose label has one of the values. @throws MSEG1015 if there is no value. */
  public static oneOf(key: string, ...values: string[]): Selector {
    return new Selector([{ key, operator: 'in', values }]);
  }

  /** Workloads whose label has none of the values, or that do not carry the label. @throws MSEG1015 if there is no value. */
  public static noneOf(key: string, ...values: string[]): Selector {
    return new Selector([{ key, operator: 'notIn', values }]);
  }

  /** Workloads that carry the label, whatever its value. */
  public static labeled(key: string): Selector {
    return new Selector([{ key, operator: 'exists', values: [] }]);
  }

  /** Workloads that do not carry the label. */
  public static unlabeled(key: string): Selector {
    return new Selector([{ key, operator: 'doesNotExist', values: [] }]);
  }

  /** Workloads that every selector chooses. @throws MSEG1015 if there is no selector. */
  public static all(...selectors: Selector[]): Selector {
    return new Selector(selectors.flatMap((selector) => selector._selector.all));
  }

  /** @internal */
  public readonly _selector: LabelSelector;

  private constructor(requirements: LabelRequirement[]) {
    if (requirements.length === 0) fail('MSEG1015', 'Selector', 'a selector without labels would choose every workload');
    for (const { key, operator, values } of requirements) {
      const needsValues = operator === 'in' || operator === 'notIn';
      if (key === '' || (needsValues && (values.length === 0 || values.includes('')))) {
        fail('MSEG1015', 'Selector', `label "${key}" is selected without a key or without a value`);
      }
    }
    this._selector = { all: requirements };
  }
}
