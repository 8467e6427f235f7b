import { gunzipSync, gzipSync } from 'zlib';

/** 2000-01-01: some versions of tar complain about the epoch itself. */
const MODIFIED = 946_684_800;
const BLOCK = 512;
/** Place of the byte in a gzip header that names the operating system, and the value for an unknown one. */
const GZIP_SYSTEM = 9;
const UNKNOWN_SYSTEM = 255;

/** A file of an archive, at its top. */
export interface ArchivedFile {
  /** Letters, digits, dots, hyphens and underscores; at most 99 characters. */
  readonly name: string;
  readonly text: string;
  readonly executable: boolean;
}

/**
 * The files as tar.gz: same files, same bytes, whoever packs them and when (with one version of Node, whose zlib may change).
 * Written out here because synthesis is synchronous, and the archivers that exist are streams.
 */
export function tarGz(files: readonly ArchivedFile[]): Buffer {
  const entries = files.flatMap(({ name, text, executable }) => {
    const content = Buffer.from(text, 'utf8');
    return [header(name, content.length, executable ? 0o755 : 0o644), content, Buffer.alloc(-content.length & (BLOCK - 1))];
  });
  const archive = gzipSync(Buffer.concat([...entries, Buffer.alloc(2 * BLOCK)]), { level: 9 });
  archive[GZIP_SYSTEM] = UNKNOWN_SYSTEM;
  return archive;
}

/**
 * The files of an archive that {@link tarGz} has made, by name. The checksums of an archive's headers are not looked at.
 *
 * @throws Error for what is no such archive
 */
export function filesOfTarGz(archive: Buffer): { [name: string]: string } {
  const blocks = gunzipSync(archive);
  const files: { [name: string]: string } = {};
  let next = 0;
  for (; next + BLOCK <= blocks.length && blocks[next] !== 0;) {
    const field = (offset: number, length: number) => blocks.toString('latin1', next + offset, next + offset + length).replace(/\0.*$/s, '');
    const [name, size, type, prefix] = [field(0, 100), parseInt(field(124, 12), 8), field(156, 1), field(345, 155)];
    const content = next + BLOCK;
    if (type !== '0' || prefix !== '' || !(size <= blocks.length - content) || name in files) throw new Error('it holds something else than plain files');
    files[name] = blocks.toString('utf8', content, content + size);
    next = content + size + (-size & (BLOCK - 1));
  }
  return files;
}

/** A header of a regular file of root. @see POSIX.1-1988, ustar interchange format */
function header(name: string, size: number, mode: number): Buffer {
  const block = Buffer.alloc(BLOCK);
  const octal = (value: number, offset: number, length: number) => block.write(`${value.toString(8).padStart(length - 1, '0')}\0`, offset);
  block.write(name, 0);
  octal(mode, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(size, 124, 12);
  octal(MODIFIED, 136, 12);
  block.write(' '.repeat(8), 148);
  block.write('0', 156);
  block.write('ustar\u000000root', 257);
  block.write('root', 297);
  // The checksum counts its own field as spaces, and ends unlike the other numbers.
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}
