import { fail } from '../support/errors';
import { FlowDeclaration, PeerDeclaration } from './declarations';
import { Service } from './service';

/** What a flow admits, and why. */
export interface FlowOptions {
  /** What is spoken. @default - every service that the server offers */
  readonly services?: Service[];

  /** Why the flow is needed. It stands in rule descriptions and reports. @default - none */
  readonly justification?: string;

  /** Who answers for the flow. @default - nobody is named */
  readonly owner?: string;

  /**
   * Last day of the flow (`YYYY-MM-DD`, through the end of that day in UTC), or the moment of its end in ISO 8601.
   * From then on synthesis fails with MSEG2001, or warns where the policy's `onExpiredFlow` says so.
   *
   * @default - the flow does not expire
   */
  readonly expires?: string;

  /**
   * Must be true where client and server stand on different sides of a ringfence (MSEG2003 otherwise).
   *
   * @default false
   */
  readonly crossesRingfence?: boolean;
}

/** Checks the options and puts them into the plain form. */
export function declareFlow(origin: string, client: PeerDeclaration, server: PeerDeclaration, options: FlowOptions): FlowDeclaration {
  if (options.services?.length === 0) fail('MSEG1009', origin, 'the list of services is empty');
  if (options.expires !== undefined && !isExpiry(options.expires)) fail('MSEG1008', origin, `"${options.expires}" is no date`);
  return {
    client,
    server,
    services: options.services?.flatMap((service) => service._ranges),
    justification: options.justification,
    owner: options.owner,
    expires: options.expires,
    crossesRingfence: options.crossesRingfence ?? false,
    origin,
  };
}

/** `2027-02-30` parses as the second of March, so the day has to come back as it went in. */
export function isExpiry(text: string): boolean {
  const match = /^(\d{4}-\d{2}-\d{2})(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2}))?$/.exec(text);
  if (!match || Number.isNaN(Date.parse(text))) return false;
  const day = new Date(`${match[1]}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(match[1]);
}
