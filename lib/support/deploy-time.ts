/** Both frameworks mark a string alike that they fill in at deploy time; looking for the mark needs neither of them. */
const MARK = /\$\{(?:Tf)?Token\[[^\]]*\]\}/g;

/** True for a string that a framework fills in, wholly or in part, at deploy time. */
export function isToken(text: string): boolean {
  return /\$\{(?:Tf)?Token\[/.test(text);
}

/**
 * Text for people, in which nothing is left for a framework to fill in: neither a real value, which may hold characters that
 * a description must not, nor somebody's imitation of one, at which synthesis would stop.
 */
export function withoutTokens(text: string): string {
  // What is left of the mark could become one again.
  return text.replace(MARK, '(deploy-time value)').replace(/\$\{(?=(?:Tf)?Token\[)/g, '$ {');
}
