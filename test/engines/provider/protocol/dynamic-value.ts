import { decode, encode, ExtData, ExtensionCodec } from '@msgpack/msgpack';
import { Attributes, UNKNOWN, Value } from '../values';

/** Bytes of protocol 6: msgpack, or JSON from a state file. */
export interface DynamicValue {
  readonly msgpack?: Buffer;
  readonly json?: Buffer;
}

/** Extension 0 is an unknown value, 12 one of which Terraform knows something already. */
const UNKNOWN_EXTENSIONS = [0, 12];

const codec = new ExtensionCodec();
for (const type of UNKNOWN_EXTENSIONS) codec.register({ type, encode: () => null, decode: () => UNKNOWN });

/** The object in a message; null where a resource does not exist. */
export function decodeValue(value: DynamicValue | undefined | null): Attributes | null {
  if (value?.msgpack?.length) return decode(value.msgpack, { extensionCodec: codec }) as Attributes | null;
  return value?.json?.length ? JSON.parse(value.json.toString('utf8')) : null;
}

export function encodeValue(value: Attributes | null): DynamicValue {
  return { msgpack: Buffer.from(encode(value === null ? null : withExtensions(value), { extensionCodec: codec })) };
}

function withExtensions(value: Value): unknown {
  if (value === UNKNOWN) return new ExtData(0, new Uint8Array([0]));
  if (Array.isArray(value)) return value.map(withExtensions);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withExtensions(item)]));
}
