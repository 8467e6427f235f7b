import { ManifestFlow } from '../compiler';

export { peerWords, servicesWords } from '../analysis/words';

/** A share as people read it. The last of ten thousand pairs must not vanish in "100%". */
export function percent(share: number): string {
  const rounded = Math.round(share * 1000) / 10;
  if (rounded === 100 && share < 1) return '>99.9%';
  return rounded === 0 && share > 0 ? '<0.1%' : `${rounded}%`;
}

/** A flow as it stands in JSON documents. */
export function flowJson({ client, server, services, justification, owner, expires, origins, sources }: Omit<ManifestFlow, 'id'>): object {
  return { client, server, services, justification, owner, expires, origins, sources };
}

/** A JSON document as it is printed. */
export function jsonText(document: unknown): string {
  return `${JSON.stringify(document, undefined, 2)}\n`;
}
