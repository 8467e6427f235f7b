import { JsonObjects } from '../../../lib/discovery/readers/json-values';
import { usedHeap } from '../../support/flow-logs/fuzz';

interface Read {
  readonly objects: unknown[];
  readonly rejected: [line: number, reason: string][];
}

function read(text: string, lists: readonly string[] = ['records']): Read {
  const result: Read = { objects: [], rejected: [] };
  const json = new JsonObjects({
    object: (value) => result.objects.push(value),
    reject: (...rejected) => result.rejected.push(rejected),
  }, lists);
  json.write(text);
  json.end();
  return result;
}

const ELEMENTS = [{ a: 1 }, { a: [{ b: 2 }] }];
const LONG = { a: 1, b: 2, c: 3, d: 4 };

test.each<[string, string, unknown[]?]>([
  ['one a line', ELEMENTS.map((element) => JSON.stringify(element)).join('\n')],
  ['one a line, with commas', ELEMENTS.map((element) => `${JSON.stringify(element)},`).join('\n')],
  ['an array on one line', JSON.stringify(ELEMENTS)],
  ['an array on many lines', JSON.stringify(ELEMENTS, undefined, 2)],
  ['an array with a line for each', JSON.stringify(ELEMENTS).replace('},{', '},\n{')],
  ['a list in a document with a line for each', JSON.stringify({ records: [{ ...LONG }, ...ELEMENTS] }).replaceAll('},{', '}\n,{'), [LONG, ...ELEMENTS]],
  ['a list in a document on one line', JSON.stringify({ version: 1, records: ELEMENTS, more: {} })],
  ['a list in a document on many lines', JSON.stringify({ version: 1, records: ELEMENTS, more: {} }, undefined, 2)],
  ['documents one after the other', ELEMENTS.map((element) => JSON.stringify({ records: [element] }, undefined, 2)).join('')],
  ['documents without a list, on many lines', ELEMENTS.map((element) => JSON.stringify(element, undefined, 2)).join('\n')],
  ['after empty lines', `\n\n${JSON.stringify(ELEMENTS, undefined, 1)}`],
])('objects are found when they are %s', (_, text, expected = ELEMENTS) => {
  expect(read(text)).toEqual({ objects: expected, rejected: [] });
});

test('a damaged line costs itself alone', () => {
  const { objects, rejected } = read('{"a":1}\n{"a":\n5\n{"a":1}\n');
  expect(objects).toHaveLength(2);
  expect(rejected.map(([line]) => line)).toEqual([2, 3]);
});

test('a document is read up to where it is damaged', () => {
  const { objects, rejected } = read('{"records": [\n{"a":1},\n{"a":2},\n{"a" 3},\n{"a":4}]}');
  expect(objects).toEqual([{ a: 1 }, { a: 2 }]);
  expect(rejected).toEqual([[4, 'the JSON document is damaged here, and what follows is lost']]);
});

test('a value of a document that is too long is not kept', () => {
  const json = new JsonObjects({ object: () => undefined, reject: (line, reason) => { reasons.push(`${line} ${reason}`); } }, ['records']);
  const reasons: string[] = [];
  json.write('{\n"records": [{"a": "');
  for (let times = 0; times < 40; times += 1) json.write('x'.repeat(1_000_000));
  json.write('"}]}');
  json.end();
  expect(reasons).toEqual(['2 a value of the document is too long, and what follows is lost']);
});

test('a long document takes no more memory than a short one', () => {
  let count = 0;
  const json = new JsonObjects({ object: () => { count += 1; }, reject: () => undefined }, ['records']);
  const element = JSON.stringify({ text: 'x'.repeat(1000), more: [1, 2, 3] });
  json.write('{"records": [\n');
  json.write(`${element},\n`.repeat(100));
  const before = usedHeap();
  for (let times = 0; times < 100; times += 1) json.write(`${element},\n`.repeat(100));
  expect(usedHeap() - before).toBeLessThan(2_000_000);
  expect(count).toBe(10_100);
});
