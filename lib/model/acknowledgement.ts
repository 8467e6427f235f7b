import { IConstruct } from 'constructs';
import { fail } from '../support/errors';
import { isLintCode, LINT_CODES } from '../support/lint-codes';
import { AcknowledgementDeclaration } from './declarations';
import { isExpiry } from './flow-options';

/** Which findings of a check are meant, and why. */
export interface AcknowledgementOptions {
  /** Why what is found is meant. Reports show it. */
  readonly reason: string;

  /** The workload or segment at which it is meant, and everything below that. @default - the whole policy */
  readonly on?: IConstruct;

  /** Only what is found under this subject, as `microseg lint --json` tells it. @default - all that the check finds there */
  readonly subject?: string;

  /**
   * Last day of the acknowledgement (`YYYY-MM-DD`, through the end of that day in UTC), or the moment of its end in ISO 8601. From then
   * on the finding stands again, with a warning (MSEG5111).
   *
   * @default - it does not expire
   */
  readonly expires?: string;
}

/** Checks the options and puts them into the plain form. */
export function declareAcknowledgement(policy: IConstruct, check: string, options: AcknowledgementOptions): AcknowledgementDeclaration {
  const { reason, on = policy, subject, expires } = options;
  const { path } = policy.node;
  if (!isLintCode(check)) fail('MSEG5050', path, `"${check}" is none of ${LINT_CODES.join(', ')}`);
  if (typeof reason !== 'string' || reason.trim() === '') fail('MSEG5051', path, `the acknowledgement of ${check} says no reason`);
  if (!on.node.scopes.includes(policy)) fail('MSEG5052', path, `${on.node.path} is no part of the policy`);
  if (expires !== undefined && !isExpiry(expires)) fail('MSEG1008', path, `"${expires}" is no date`);
  return { check, path: on.node.path, subject, reason, expires };
}
