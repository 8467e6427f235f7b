/**
 * Text of other people, as a terminal or log may show it: control characters must not move a cursor, forge a line, or turn
 * the direction of reading.
 */
export function printable(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, (char) => (
    `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`));
}
