import { CompiledFlow, peerName } from '../../compiler';
import { withoutTokens } from '../../support/deploy-time';
import { compareText } from '../../support/order';

/** Longest description that is written. The interface takes 2048 characters; nobody reads so many in a list of rules. */
const MAX_LENGTH = 512;
const FORBIDDEN = /[^A-Za-z0-9 ._\-:/()#,@[\]+=&;!*]/g;

/** Whose a rule is, in the form in which it is found again: rules have no labels. Ids hold neither `;` nor blanks. */
export function ownership(policy: string, workload?: string): string {
  return `microseg:policy=${policy}${workload === undefined ? '' : `;workload=${workload}`}`;
}

/** Whose a rule is, then why it is there: nothing that users write can stand before the ids, or look like them to a reader. */
export function ruleDescription(owner: string, why: string): string {
  const text = plainText(`${owner} ${why}`);
  return text.length <= MAX_LENGTH ? text : `${text.slice(0, MAX_LENGTH - 3)}...`;
}

/** Why a rule is there: the justification first, since whoever reads a rule in a console asks for that. */
export function flowsText(flows: ReadonlySet<CompiledFlow>): string {
  return [...new Set([...flows].map(flowText))].sort(compareText).join('; ');
}

function flowText({ client, server, justification, owner, expires }: CompiledFlow): string {
  const why = justification === undefined ? '' : `${justification}: `;
  const until = [owner && `owner ${owner}`, expires && `until ${expires}`].filter((part) => part);
  return `${why}${peerName(client)} to ${peerName(server)}${until.length > 0 ? ` (${until.join(', ')})` : ''}`;
}

/** Accents go, foreign characters become hyphens: no text can open an expression of Terraform or move a terminal's cursor. */
function plainText(text: string): string {
  return withoutTokens(text).normalize('NFKD').replace(/[\u0300-\u036f]/g, '').replace(/\s+/g, ' ').trim().replace(FORBIDDEN, '-');
}
