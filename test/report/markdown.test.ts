import { markdownTable, markdownText } from '../../lib/report/markdown';
import { HOSTILE_TEXTS } from '../model/policies';

/** What the numbers of characters stand for. */
const shown = (markdown: string) => markdown.replace(/^<code>|<\/code>$/g, '').replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));

test.each([...HOSTILE_TEXTS, '| a | b |', '\\|', '</code><img src=x onerror=alert(1)>', '@everyone', '[x](javascript:alert(1))', '```', '&lt;', 'www.example.com #1'])(
  'GIVEN %j THEN it is shown as it is, and nothing in it means anything', (text) => {
    const markdown = markdownText(text);
    expect(markdown).toMatch(/^<code>([^!-/:-@[-`{-~\u0000-\u001f\u202e]|&#\d+;)*<\/code>$/);
    if (!/[\u0000-\u001f\u007f\u202e]/.test(text) && text.length <= 200) expect(shown(markdown)).toBe(text);
  });

test('GIVEN a long text THEN it is cut, and never inside of a character', () => {
  expect(markdownText('🙂'.repeat(300))).toBe(`<code>${'🙂'.repeat(200)}…</code>`);
});

test('GIVEN rows THEN each is one line of a table', () => {
  expect(markdownTable(['a', 'b'], [[markdownText('x|y'), '']])).toEqual(['| a | b |', '| --- | --- |', '| <code>x&#124;y</code> |  |']);
});
