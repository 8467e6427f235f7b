import { jsonOf } from '../../lib/support/json-text';

const problemOf = (text: string) => {
  try {
    return jsonOf(text, 'x.json', 'MSEG6041');
  } catch (error) {
    return (error as Error).message.replace(/\. .*$/, '');
  }
};

test('GIVEN JSON, with a byte order mark or without THEN it is the value', () => {
  expect([problemOf('\ufeff{"a": [1]}'), problemOf('"x"'), problemOf('null')]).toEqual([{ a: [1] }, 'x', null]);
});

test.each([
  ['', 'MSEG6041 [x.json] it is empty'],
  [' \n', 'MSEG6041 [x.json] it is empty'],
  ['{"a": ', 'MSEG6041 [x.json] it is no JSON: it ends before it is complete'],
  ['{"a": "b', 'MSEG6041 [x.json] it is no JSON: it ends before it is complete'],
  ['{\n  "a": 1,\n  "b": tree\n}', 'MSEG6041 [x.json:3:10] it is no JSON from here on'],
  ['{"a": 1}\n}', 'MSEG6041 [x.json:2:1] it is no JSON from here on'],
  ['\0\ufffd\0', 'MSEG6041 [x.json:1:1] it is no JSON from here on'],
  ["{'a': 1}", 'MSEG6041 [x.json:1:2] it is no JSON from here on'],
])('GIVEN %j THEN it says where JSON ends: %s', (text, problem) => {
  expect(problemOf(text)).toBe(problem);
});

test.each([65_534, 65_535, 65_536, 65_537, 200_000])('GIVEN a text that is looked at in pieces, and stops being JSON after %d letters THEN it says where', (letters) => {
  const good = `["${'\u00e9'.repeat(letters - 4)}",`;
  expect(good).toHaveLength(letters);
  expect(problemOf(`${good}}`)).toBe(`MSEG6041 [x.json:1:${letters + 1}] it is no JSON from here on`);
  expect(problemOf(`${good}1`)).toBe('MSEG6041 [x.json] it is no JSON: it ends before it is complete');
});
