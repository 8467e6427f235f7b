import { CompiledFlow, peerName } from '../../compiler';
import { withoutTokens } from '../../support/deploy-time';
import { compareText } from '../../support/order';

/** Longest description and name of a rule. @see https://learn.microsoft.com/rest/api/virtualnetwork/security-rules/create-or-update */
const MAX_DESCRIPTION = 140;
const MAX_NAME = 80;
/** Azure takes almost everything; what templates, markup and shells could read as theirs stays out. */
const UNSAFE = /[^A-Za-z0-9 ._\-:/()#,@=;!*']/g;

/** Any text, as a description: accents go, foreign characters become hyphens, what is too long ends in dots. */
export function azureText(text: string): string {
  const plain = withoutTokens(text).normalize('NFKD').replace(/[\u0300-\u036f]/g, '').replace(/\s+/g, ' ').trim().replace(UNSAFE, '-');
  return plain.length <= MAX_DESCRIPTION ? plain : `${plain.slice(0, MAX_DESCRIPTION - 3)}...`;
}

/**
 * Why a rule is there: the justifications first, since whoever reads a rule in the portal asks for that, and one rule often
 * stands for many flows. Then who talks to whom, as far as there is room.
 */
export function ruleDescription(flows: Iterable<CompiledFlow>): string {
  const all = [...flows];
  const justifications = distinct(all.flatMap(({ justification }) => (justification === undefined ? [] : [justification])));
  const ends = distinct(all.map(flowDescription));
  return azureText(justifications.length > 0 ? `${justifications.join('; ')}: ${ends.join('; ')}` : ends.join('; '));
}

/** `in-tcp-443-` and an id: what it is about, for people, and what makes it unique. Word characters, dots and hyphens only. */
export function ruleName(direction: string, protocol: string, ports: readonly string[], id: string): string {
  const what = protocol === '*' ? 'any' : [protocol.toLowerCase(), ...ports.filter((port) => port !== '*')].join('-');
  const room = MAX_NAME - id.length - 1;
  return `${`${direction}-${what}`.slice(0, room).replace(/-$/, '')}-${id}`;
}

function flowDescription({ client, server, owner, expires }: CompiledFlow): string {
  const until = [owner && `owner ${owner}`, expires && `until ${expires}`].filter((part) => part);
  return `${peerName(client)} to ${peerName(server)}${until.length > 0 ? ` (${until.join(', ')})` : ''}`;
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort(compareText);
}
