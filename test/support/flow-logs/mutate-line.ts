import { Random } from './random';

type Mutation = (line: string, random: Random) => string;

const CHARACTERS = ['\0', '\t', '"', '\'', '\\', ',', ' ', '{', '}', '[', ']', ':', '-', '=', '\ufeff', '\ufffd', '\u2028', 'é', '٣', '😀', '\ud800', '\r', '#', '%', '/'];
const NUMBERS = [
  '-1', '0', '65536', '256', '4294967296', '18446744073709551616', '9007199254740993', '1e400', '-0', '0x10', '1.5', 'NaN', 'Infinity', '1970', '99999999999999', '٣',
];
const VALUES = [
  'null', 'true', '[]', '{}', '""', '"__proto__"', '"constructor"', '[[[[[]]]]]', '{"a":{"b":{"c":[1]}}}', '"10.0.0.1/8"', '"::ffff:10.0.0.1"', '"fe80::1%eth0"',
  '"010.1.1.1"', '"999.1.1.1"', '"2026-13-45T25:61:61Z"', '-', '(empty)', '*', 'SKIPDATA', 'Summary',
];

const MUTATIONS: readonly Mutation[] = [
  // A flipped bit.
  (line, random) => spliced(line, random, (char) => String.fromCharCode(char.charCodeAt(0) ^ (1 << random.between(0, 6)))),
  (line, random) => spliced(line, random, () => random.one(CHARACTERS)),
  (line, random) => spliced(line, random, (char) => char + random.one(CHARACTERS)),
  // Cut at the end, at the beginning, in the middle.
  (line, random) => line.slice(0, random.between(0, line.length)),
  (line, random) => line.slice(random.between(0, line.length)),
  (line, random) => {
    const from = random.between(0, line.length);
    return line.slice(0, from) + line.slice(from + random.between(1, 30));
  },
  // A part of the line once more.
  (line, random) => {
    const from = random.between(0, line.length);
    const part = line.slice(from, from + random.between(1, 60));
    return line.slice(0, from) + part.repeat(random.between(2, 4)) + line.slice(from);
  },
  (line, random) => replaced(line, /\d+/g, random, () => random.one(NUMBERS)),
  (line, random) => replaced(line, /\d+/g, random, (digits) => digits.repeat(random.between(2, 12))),
  (line, random) => replaced(line, /"[^"]*"|[^\s,:{}[\]"]+/g, random, () => random.one(VALUES)),
  (line, random) => replaced(line, /[^\s,]+,?/g, random, () => ''),
  (line, random) => replaced(line, /[[\]{}"]/g, random, () => random.one(['', '[', ']', '{', '}', '"'])),
  (line, random) => replaced(line, /[^\s,]+/g, random, (field) => `"${field}`),
  (line, random) => line + random.one(['}', ']', ',', '{"a":', '[', '"', line]),
  (line, random) => random.one(['[', '{', '#', '"', ' ', '\t', 'x']) + line,
  (_, random) => random.one(['', '   ', '{}', '[]', 'null', '{"records":[{}]}', '#fields', '#Fields:', 'nonsense', '[['.repeat(2000), '-'.repeat(5000), '\0\0\0\0']),
];

/** The line after one to three accidents. */
export function mutatedLine(line: string, random: Random): string {
  return Array.from({ length: random.between(1, 3) }).reduce<string>((text) => random.one(MUTATIONS)(text, random), line);
}

function spliced(line: string, random: Random, change: (char: string) => string): string {
  if (line === '') return random.one(CHARACTERS);
  const at = random.between(0, line.length - 1);
  return line.slice(0, at) + change(line[at]) + line.slice(at + 1);
}

function replaced(line: string, part: RegExp, random: Random, change: (text: string) => string): string {
  const parts = [...line.matchAll(part)];
  if (parts.length === 0) return line + change('1');
  const { 0: text, index } = random.one(parts);
  return line.slice(0, index) + change(text) + line.slice(index + text.length);
}
