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

/** Letters that are looked at together: one by one takes a microsecond each. */
const PIECE = 65_536;

/** How far a text that is no JSON could still have become one; undefined where all of it could. */
function goodPart(text: string): string | undefined {
  const accepts = jsonSoFar();
  for (let from = 0; from < text.length; from += PIECE) {
    if (accepts(text.slice(from, from + PIECE))) continue;
    const again = jsonSoFar();
    again(text.slice(0, from));
    let end = from;
    while (again(text[end])) end += 1;
    return text.slice(0, end);
  }
  return undefined;
}

/** Takes a text in pieces, and tells of each whether all of them together can still become JSON. */
function jsonSoFar(): (piece: string) => boolean {
  const parser = new JSONParser({ keepStack: false });
  let broken = false;
  parser.onValue = () => undefined;
  parser.onError = () => { broken = true; };
  return (piece) => {
    parser.write(piece);
    return !broken;
  };
}
