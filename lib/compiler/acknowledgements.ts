import { sortedBy } from '../support/order';
import { endOf } from './expiry';
import { ManifestAcknowledgement } from './manifest-types';
import { Problems } from './problems';
import { PolicySnapshot } from './snapshot';

/** The acknowledgements in a stable order, each once; one that is over is worth a word. */
export function resolveAcknowledgements({ acknowledgements, asOf }: PolicySnapshot, problems: Problems): ManifestAcknowledgement[] {
  const byText = new Map(acknowledgements.map((each) => [textOf(each), each]));
  const all = sortedBy(byText, ([text]) => text).map(([, acknowledgement]) => acknowledgement);
  for (const { check, path, expires, source } of all) {
    if (expires === undefined || endOf(expires) > asOf) continue;
    problems.during(source, () => problems.warn('MSEG5111', path, `the acknowledgement of ${check} ended on ${expires}`));
  }
  return all;
}

function textOf({ path, check, subject, reason, expires }: ManifestAcknowledgement): string {
  return JSON.stringify([path, check, subject, reason, expires]);
}
