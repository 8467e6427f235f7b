import { compareText } from '../support/order';

/** Labels of a workload. Only own properties count, so that a key such as `constructor` is a key like any other. */
export type Labels = { readonly [key: string]: string } | ReadonlyMap<string, string>;

/** A condition on one label. As in Kubernetes, `notIn` also holds where the label is missing. `exists` and its opposite ignore `values`. */
export interface LabelRequirement {
  readonly key: string;
  readonly operator: 'in' | 'notIn' | 'exists' | 'doesNotExist';
  readonly values: readonly string[];
}

/** Chooses what meets all requirements; without any it chooses everything. */
export interface LabelSelector {
  readonly all: readonly LabelRequirement[];
}

/** What one label may be: missing or not, and a finite set of values or all but a finite set. */
interface Constraint {
  readonly mayBeMissing: boolean;
  /** True: any value except `values`. False: `values` only. */
  readonly anyBut: boolean;
  readonly values: ReadonlySet<string>;
}

const UNCONSTRAINED: Constraint = { mayBeMissing: true, anyBut: true, values: new Set() };
const NOTHING: LabelSelector = { all: [{ key: '', operator: 'in', values: [] }] };

/** Whether the labels meet every requirement. */
export function matches(selector: LabelSelector, labels: Labels): boolean {
  return selector.all.every((requirement) => {
    const value = valueOf(labels, requirement.key);
    const constraint = constraintOf(requirement);
    return value === undefined ? constraint.mayBeMissing : admits(constraint, value);
  });
}

/** Label keys that the selector mentions, sorted, each once. */
export function keys(selector: LabelSelector): string[] {
  return [...new Set(selector.all.map(({ key }) => key))].sort(compareText);
}

/** What both selectors choose. */
export function intersectSelectors(a: LabelSelector, b: LabelSelector): LabelSelector {
  return canonicalSelector({ all: [...a.all, ...b.all] });
}

/** Whether no labels at all can meet the requirements. */
export function isEmptySelector(selector: LabelSelector): boolean {
  return [...constraintsOf(selector).values()].some(isContradiction);
}

/** Whether whatever the first selector chooses, the second chooses too, for all labels there can be. */
export function isSubsetOfSelector(a: LabelSelector, b: LabelSelector): boolean {
  if (isEmptySelector(a)) return true;
  const here = constraintsOf(a);
  return [...constraintsOf(b)].every(([key, constraint]) => isWithin(here.get(key) ?? UNCONSTRAINED, constraint));
}

/** Whether both selectors choose the same, for all labels there can be. */
export function equalSelectors(a: LabelSelector, b: LabelSelector): boolean {
  return isSubsetOfSelector(a, b) && isSubsetOfSelector(b, a);
}

/** The one shortest way to write what the selector means: selectors that choose the same become equal data. */
export function canonicalSelector(selector: LabelSelector): LabelSelector {
  if (isEmptySelector(selector)) return NOTHING;
  const constraints = [...constraintsOf(selector)].sort(([a], [b]) => compareText(a, b));
  return { all: constraints.flatMap(([key, constraint]) => requirementsOf(key, constraint)) };
}

function valueOf(labels: Labels, key: string): string | undefined {
  if (labels instanceof Map) return labels.get(key);
  return Object.hasOwn(labels, key) ? (labels as { readonly [key: string]: string })[key] : undefined;
}

function constraintsOf(selector: LabelSelector): Map<string, Constraint> {
  const constraints = new Map<string, Constraint>();
  for (const requirement of selector.all) {
    constraints.set(requirement.key, both(constraints.get(requirement.key) ?? UNCONSTRAINED, constraintOf(requirement)));
  }
  return constraints;
}

function constraintOf({ operator, values }: LabelRequirement): Constraint {
  switch (operator) {
    case 'in': return { mayBeMissing: false, anyBut: false, values: new Set(values) };
    case 'notIn': return { mayBeMissing: true, anyBut: true, values: new Set(values) };
    case 'exists': return { mayBeMissing: false, anyBut: true, values: new Set() };
    case 'doesNotExist': return { mayBeMissing: true, anyBut: false, values: new Set() };
    default: throw new TypeError(`A label cannot be selected by ${JSON.stringify(operator)}.`);
  }
}

function both(a: Constraint, b: Constraint): Constraint {
  const mayBeMissing = a.mayBeMissing && b.mayBeMissing;
  if (a.anyBut && b.anyBut) return { mayBeMissing, anyBut: true, values: new Set([...a.values, ...b.values]) };
  const [finite, other] = a.anyBut ? [b, a] : [a, b];
  return { mayBeMissing, anyBut: false, values: new Set([...finite.values].filter((value) => admits(other, value))) };
}

function admits({ anyBut, values }: Constraint, value: string): boolean {
  return values.has(value) !== anyBut;
}

function isContradiction({ mayBeMissing, anyBut, values }: Constraint): boolean {
  return !mayBeMissing && !anyBut && values.size === 0;
}

/** There is no end of label values, so "any but a few" never fits into a finite set. */
function isWithin(a: Constraint, b: Constraint): boolean {
  if (a.mayBeMissing && !b.mayBeMissing) return false;
  if (a.anyBut) return b.anyBut && [...b.values].every((value) => a.values.has(value));
  return [...a.values].every((value) => admits(b, value));
}

function requirementsOf(key: string, { mayBeMissing, anyBut, values }: Constraint): LabelRequirement[] {
  const sorted = [...values].sort(compareText);
  if (!anyBut) return [mayBeMissing ? { key, operator: 'doesNotExist', values: [] } : { key, operator: 'in', values: sorted }];
  const except: LabelRequirement[] = sorted.length > 0 ? [{ key, operator: 'notIn', values: sorted }] : [];
  return mayBeMissing ? except : [{ key, operator: 'exists', values: [] }, ...except];
}
