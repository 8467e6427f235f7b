import * as fc from 'fast-check';
import { CompiledFlow } from '../../../lib/compiler';
import { awsText, ruleDescription } from '../../../lib/platforms/aws/description';
import { HOSTILE_TEXTS } from '../../model/policies';

/** What EC2 takes. */
const ALLOWED = /^[a-zA-Z0-9. _\-:/()#,@[\]+=&;{}!$*]{0,255}$/;

function flow(more: Partial<CompiledFlow> = {}): CompiledFlow {
  return { id: 'x', client: { workload: 'Web' }, server: { workload: 'Db' }, services: [], origins: ['App'], ...more };
}

test('GIVEN any text WHEN made a description THEN AWS takes it', () => {
  fc.assert(fc.property(fc.oneof(fc.string({ unit: 'binary', maxLength: 600 }), fc.constantFrom(...HOSTILE_TEXTS)), (text) => {
    expect(awsText(text)).toMatch(ALLOWED);
    expect(ruleDescription(new Set([flow({ justification: text, owner: text, expires: text })]))).toMatch(ALLOWED);
  }));
});

test.each([
  ['plain text stays', 'orders: web (v2) #1, a+b=c & {x} $5 *', 'orders: web (v2) #1, a+b=c & {x} $5 *'],
  ['accents go', 'Façade über Köln', 'Facade uber Koln'],
  ['other alphabets become hyphens', '漢字 <x> "y"', '-- -x- -y-'],
  ['values known at deploy time are not filled in', 'reads ${Token[Bucket.Name.7]}', 'reads (deploy-time value)'],
  ['line breaks become blanks', 'a\r\n\tb', 'a b'],
])('GIVEN text WHEN made a description THEN %s', (_, text, expected) => {
  expect(awsText(text)).toBe(expected);
});

test('GIVEN 300 characters WHEN made a description THEN 255 are left, and dots say so', () => {
  expect(awsText('a'.repeat(300))).toBe(`${'a'.repeat(252)}...`);
  expect(awsText('a'.repeat(255))).toBe('a'.repeat(255));
});

test('GIVEN a flow WHEN described THEN the reason comes first, then who, then owner and end', () => {
  const described = ruleDescription(new Set([flow({ justification: 'orders', owner: 'shop', expires: '2027-01-01' })]));
  expect(described).toBe('orders: Web to Db (owner shop, until 2027-01-01)');
  expect(ruleDescription(new Set([flow()]))).toBe('Web to Db');
});

test('GIVEN several flows of one rule WHEN described THEN all are there, each once, in an order of their own', () => {
  const flows = [flow({ justification: 'b' }), flow({ justification: 'a' }), flow({ justification: 'b', id: 'y' })];
  expect(ruleDescription(new Set(flows))).toBe('a: Web to Db; b: Web to Db');
  expect(ruleDescription(new Set([...flows].reverse()))).toBe('a: Web to Db; b: Web to Db');
});
