import { createGunzip } from 'zlib';
import { Decompress } from 'fzstd';

export type Compression = 'none' | 'gzip' | 'zstd';

/** Told once if compressed data breaks off or is damaged; what came before it has been given. */
export type DamageReport = (reason: string) => void;

type Bytes = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

const GZIP = [0x1f, 0x8b];
const ZSTD = [0x28, 0xb5, 0x2f, 0xfd];
/** What decompression hands on at once. */
const PIECE = 256 * 1024;
/** What is decompressed at once: it may become a thousand times as much with gzip, and thirty thousand times with zstd. */
const GZIP_INPUT = 16 * 1024;
const ZSTD_INPUT = 1024;

/** By the first bytes of a file, whatever its name. */
export function compressionOf(beginning: Uint8Array): Compression {
  const begins = (magic: readonly number[]): boolean => magic.every((byte, index) => beginning[index] === byte);
  if (begins(GZIP)) return 'gzip';
  return begins(ZSTD) ? 'zstd' : 'none';
}

/** The data behind a file's bytes, piece by piece; several compressed members one after the other are one text. */
export function decompressed(bytes: Bytes, compression: Compression, damage: DamageReport): Bytes {
  switch (compression) {
    case 'none': return bytes;
    case 'gzip': return inflated(bytes, damage);
    case 'zstd': return decoded(bytes, damage);
  }
}

/** Driven by hand: a stream in a pipeline throws away what it has inflated when it comes to damage. */
async function* inflated(bytes: Bytes, damage: DamageReport): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip({ chunkSize: PIECE });
  const ready: Uint8Array[] = [];
  let problem: Error | undefined;
  const over = new Promise<void>((resolve) => {
    gunzip.once('end', resolve).once('close', resolve).once('error', (error) => {
      problem = error;
      resolve();
    });
  });
  gunzip.on('data', (piece: Uint8Array) => ready.push(piece));
  try {
    for await (const chunk of slices(bytes, GZIP_INPUT)) {
      await Promise.race([over, new Promise((resolve) => { gunzip.write(chunk, resolve); })]);
      yield* ready.splice(0);
      if (problem) break;
    }
    if (!problem) gunzip.end();
    await over;
    yield* ready.splice(0);
    if (problem) damage(reasonOf(problem));
  } finally {
    gunzip.destroy();
  }
}

async function* decoded(bytes: Bytes, damage: DamageReport): AsyncGenerator<Uint8Array> {
  const ready: Uint8Array[] = [];
  const zstd = new Decompress((piece) => { ready.push(Uint8Array.from(piece)); });
  try {
    for await (const chunk of slices(bytes, ZSTD_INPUT)) {
      zstd.push(chunk);
      yield* ready.splice(0);
    }
    zstd.push(new Uint8Array(0), true);
  } catch (error) {
    damage(reasonOf(error as Error));
  }
  yield* ready.splice(0);
}

async function* slices(bytes: Bytes, size: number): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes) {
    for (let from = 0; from < chunk.length; from += size) yield chunk.subarray(from, from + size);
  }
}

function reasonOf(error: Error): string {
  const cut = /unexpected (end of file|EOF)/i.test(error.message);
  return cut ? 'the compressed data breaks off here' : `the compressed data is damaged here (${error.message})`;
}
