import { ESSENTIAL_RULES } from '../essentials';
import { End } from '../plan-types';
import { Statement } from './model';
import { ruleOf } from './statements';
import { numberOf } from './symbols';
import { tokensOf } from './tokens';

/** Equal for statements that mean the same, whether nft printed names or numbers. */
export function statementsKey(statements: readonly Statement[]): string {
  return JSON.stringify(statements.map((statement) => {
    if (statement.kind !== 'match' || typeof statement.among === 'string') return statement;
    const number = (text: string) => String(numberOf(statement.fields[0], text) ?? text);
    const values = statement.among.map(([{ first, last }]) => `${number(first)}-${number(last)}`).sort();
    return { ...statement, among: values };
  }));
}

const KEYS = { ingress: keysOf('ingress'), egress: keysOf('egress') };

/** The rules, by their keys, that are essential at this end, and so no flows. */
export function essentialKeys(end: End): ReadonlySet<string> {
  return KEYS[end];
}

function keysOf(end: End): ReadonlySet<string> {
  return new Set(ESSENTIAL_RULES[end].map((text) => statementsKey(ruleOf(tokensOf(text), new Map())!.statements)));
}
