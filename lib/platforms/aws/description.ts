import { CompiledFlow, peerName } from '../../compiler';
import { withoutTokens } from '../../support/deploy-time';
import { compareText } from '../../support/order';

/**
 * Longest description of a group or rule, and what it may hold.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpRange.html
 */
const MAX_LENGTH = 255;
const FORBIDDEN = /[^A-Za-z0-9 ._\-:/()#,@[\]+=&;{}!$*]/g;

/** Any text, as AWS takes it: accents go, foreign characters become hyphens, what is too long ends in dots. */
export function awsText(text: string): string {
  const plain = withoutTokens(text).normalize('NFKD').replace(/[\u0300-\u036f]/g, '').replace(/\s+/g, ' ').trim().replace(FORBIDDEN, '-');
  return plain.length <= MAX_LENGTH ? plain : `${plain.slice(0, MAX_LENGTH - 3)}...`;
}

/** Why a rule is there: the justification first, since whoever reads a rule in a console asks for that. */
export function ruleDescription(flows: ReadonlySet<CompiledFlow>): string {
  return awsText([...new Set([...flows].map(flowDescription))].sort(compareText).join('; '));
}

function flowDescription({ client, server, justification, owner, expires }: CompiledFlow): string {
  const why = justification === undefined ? '' : `${justification}: `;
  const until = [owner && `owner ${owner}`, expires && `until ${expires}`].filter((part) => part);
  return `${why}${peerName(client)} to ${peerName(server)}${until.length > 0 ? ` (${until.join(', ')})` : ''}`;
}
