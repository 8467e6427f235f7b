import { createHash } from 'crypto';

/** In hexadecimal digits, as `sha256sum` prints it. */
export function sha256(content: Buffer | string): string {
  return createHash('sha256').update(content).digest('hex');
}

/** A text with a letter in the place of each value that the framework fills in: what remains must be what it seems to be. */
export function withoutTokens(text: string): string {
  return text.replace(/\$\{TfToken\[[^\]]*\]\}/g, 'x');
}
