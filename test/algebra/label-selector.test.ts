import * as fc from 'fast-check';
import {
  canonicalSelector, equalSelectors, intersectSelectors, isEmptySelector, isSubsetOfSelector, keys, LabelRequirement, LabelSelector,
  matches,
} from '../../lib/algebra';

const KEYS = ['app', 'constructor', '__proto__'];
/** `other` stands for all values that no selector names: it makes the check complete. */
const VALUES = ['a', 'b', 'other'];

const requirements: fc.Arbitrary<LabelRequirement> = fc.record({
  key: fc.constantFrom(...KEYS),
  operator: fc.constantFrom('in' as const, 'notIn' as const, 'exists' as const, 'doesNotExist' as const),
  values: fc.subarray(['a', 'b']),
});
const selectors = fc.array(requirements, { maxLength: 4 }).map((all): LabelSelector => ({ all }));

/** Every workload there can be: each key missing or with each value. */
const WORKLOADS = KEYS.reduce<Map<string, string>[]>(
  (found, key) => found.flatMap((labels) => [labels, ...VALUES.map((value) => new Map([...labels, [key, value]]))]),
  [new Map()],
);

const chosen = (selector: LabelSelector) => WORKLOADS.filter((labels) => matches(selector, labels));

describe('a label selector', () => {
  it('chooses what Kubernetes would', () => {
    fc.assert(fc.property(requirements, fc.constantFrom(...WORKLOADS), ({ key, operator, values }, labels) => {
      const value = labels.get(key);
      const named = value !== undefined && values.includes(value);
      const expected = { in: named, notIn: !named, exists: value !== undefined, doesNotExist: value === undefined }[operator];
      expect(matches({ all: [{ key, operator, values }] }, labels)).toBe(expected);
    }), { numRuns: 500 });
  });

  it('chooses the same from a map and from own properties', () => {
    fc.assert(fc.property(selectors, fc.constantFrom(...WORKLOADS), (selector, labels) => {
      expect(matches(selector, Object.fromEntries(labels))).toBe(matches(selector, labels));
    }));
  });

  it('does not take inherited properties for labels', () => {
    expect(matches({ all: [{ key: 'constructor', operator: 'exists', values: [] }] }, {})).toBe(false);
    expect(matches({ all: [{ key: '__proto__', operator: 'exists', values: [] }] }, { app: 'x' })).toBe(false);
  });

  it('is compared, intersected and found empty exactly', () => {
    fc.assert(fc.property(selectors, selectors, (a, b) => {
      const [inA, inB] = [chosen(a), chosen(b)];
      expect(isEmptySelector(a)).toBe(inA.length === 0);
      expect(isSubsetOfSelector(a, b)).toBe(inA.every((labels) => inB.includes(labels)));
      expect(equalSelectors(a, b)).toBe(inA.length === inB.length && inA.every((labels) => inB.includes(labels)));
      expect(chosen(intersectSelectors(a, b))).toEqual(inA.filter((labels) => inB.includes(labels)));
    }), { numRuns: 500 });
  });

  it('has one canonical form for each meaning', () => {
    fc.assert(fc.property(selectors, selectors, (a, b) => {
      const canonical = canonicalSelector(a);
      expect(chosen(canonical)).toEqual(chosen(a));
      expect(canonicalSelector(canonical)).toEqual(canonical);
      expect(JSON.stringify(canonical) === JSON.stringify(canonicalSelector(b))).toBe(equalSelectors(a, b));
    }), { numRuns: 500 });
  });

  it('without requirements chooses everything, and with an empty list of values nothing', () => {
    expect(chosen({ all: [] })).toEqual(WORKLOADS);
    expect(chosen({ all: [{ key: 'app', operator: 'in', values: [] }] })).toEqual([]);
  });

  it('names its keys once, sorted', () => {
    const all = ['b', '__proto__', 'b', 'a'].map((key) => ({ key, operator: 'exists' as const, values: [] }));
    expect(keys({ all })).toEqual(['__proto__', 'a', 'b']);
  });

  it('refuses an unknown operator', () => {
    expect(() => matches({ all: [{ key: 'a', operator: 'like' as 'in', values: [] }] }, {})).toThrow(TypeError);
  });
});
