import { JSONParser } from '@streamparser/json';
import { ProblemCode } from './catalogue';
import { fail } from './errors';

/** The value of a JSON text. @throws the given problem, with the line and column where the text stops being JSON */
export function jsonOf(text: string, where: string, code: ProblemCode): unknown {
  const content = text.replace(/^\ufeff/, '');
  try {
    return JSON.parse(content);
  } catch {
    if (content.trim() === '') return fail(code, where, 'it is empty');
    const good = goodPart(content);
    if (good === undefined) return fail(code, where, 'it is no JSON: it ends before it is complete');
    const lines = good.split('\n');
    return fail(code, `${where}:${lines.length}:${lines[lines.length - 1].length + 1}`, 'it is no JSON from here on');
  }
}

/** How far a text that is no JSON could still have become one; undefined where all of it could. */
function goodPart(text: string): string | undefined {
  const parser = new JSONParser();
  let broken = false;
  parser.onValue = () => undefined;
  parser.onError = () => { broken = true; };
  for (let at = 0; at < text.length; at += 1) {
    parser.write(text[at]);
    if (broken) return text.slice(0, at);
  }
  return undefined;
}
