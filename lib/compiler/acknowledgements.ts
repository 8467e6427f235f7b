import { sortedBy } from '../support/order';
import { endOf } from './expiry';
import { ManifestAcknowledgement } from './manifest-types';
import { Problems } from './problems';
import { PolicySnapshot } from './snapshot';

/** The acknowledgements in a stable order, each once; one that is over is worth a word. */
export function resolveAcknowledgements({ acknowledgements, asOf }: PolicySnapshot, problems: Problems): ManifestAcknowledgement[] {
  const byText = new Map(acknowledgements.map((each) => [textOf(each), each]));
  return sortedBy(byText, ([text]) => text).map(([, acknowledgement]) => {
    const { check, path, expires } = acknowledgement;
    if (expires !== undefined && endOf(expires) <= asOf) problems.warn('MSEG5111', path, `the acknowledgement of ${check} ended on ${expires}`);
    return acknowledgement;
  });
}

function textOf({ path, check, subject, reason, expires }: ManifestAcknowledgement): string {
  return JSON.stringify([path, check, subject, reason, expires]);
}
