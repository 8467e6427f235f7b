import { DeliveredFile, Delivery, hostScript, SCRIPT_MARK } from '../cloud-init';

/** What a script of ours gives a host, from its text alone. Undefined for a text that is not, character for character, one. */
export function deliveryOf(script: string): Delivery | undefined {
  const delivery = filesIn(script);
  return delivery !== undefined && hostScript(delivery) === script ? delivery : undefined;
}

/** The same of a text in which other things may stand around the script, and in the place of its first line. */
export function deliveryIn(text: string): Delivery | undefined {
  const delivery = filesIn(text);
  if (delivery === undefined) return undefined;
  const script = hostScript(delivery);
  return text.includes(script.slice(script.indexOf(SCRIPT_MARK))) ? delivery : undefined;
}

function filesIn(text: string): Delivery | undefined {
  const archive = fileIn(text, 'bundle.tar.gz');
  const addressBook = fileIn(text, 'addresses.nft');
  return archive && { archive, ...(addressBook && { addressBook }) };
}

function fileIn(text: string, name: string): DeliveredFile | undefined {
  const plain = name.replace(/\./g, '\\.');
  const carried = new RegExp(`^base64 -d >${plain} <<'END' .*\\n(.*)\\nEND$`, 'm').exec(text);
  if (carried) return { kind: 'carried', base64: carried[1] };
  const fetched = new RegExp(`^fetch '([^'\\n]*)' ${plain} .*\\necho '([0-9a-f]{64})  ${plain}'`, 'm').exec(text);
  if (fetched) return { kind: 'fetched', url: fetched[1], sha256: fetched[2] };
  const joined = new RegExp(`^cat (${plain}\\.0(?: ${plain}\\.\\d+)*) >${plain} `, 'm').exec(text);
  const parts = joined?.[1].split(' ').map((part) => fileIn(text, part)) ?? [];
  return joined && !parts.includes(undefined) ? { kind: 'joined', parts: parts as DeliveredFile[] } : undefined;
}
