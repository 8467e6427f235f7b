import { TextDecoder } from 'util';

/**
 * Text of a log out of its bytes: UTF-8, or UTF-16 as Windows writes it, told by the byte order mark or by the zero bytes of its
 * first letters. Bytes that are no text become U+FFFD.
 */
export class LogText {
  private decoder?: TextDecoder;

  public decode(bytes: Uint8Array): string {
    this.decoder ??= new TextDecoder(encodingOf(bytes));
    return this.decoder.decode(bytes, { stream: true });
  }

  public end(): string {
    return this.decoder?.decode() ?? '';
  }
}

function encodingOf([first, second, third, fourth]: Uint8Array): string {
  if ((first === 0xff && second === 0xfe) || (first !== 0 && second === 0 && third !== 0 && fourth === 0)) return 'utf-16le';
  if ((first === 0xfe && second === 0xff) || (first === 0 && second !== 0 && third === 0 && fourth !== 0)) return 'utf-16be';
  return 'utf-8';
}
