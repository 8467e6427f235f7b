import { createHash } from 'crypto';

/** In hexadecimal digits, as `sha256sum` prints it. */
export function sha256(content: Buffer | string): string {
  return createHash('sha256').update(content).digest('hex');
}
