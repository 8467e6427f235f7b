/** A set of whole numbers below a fixed size, one bit each. */
export class BitSet {
  private readonly words: Uint32Array;

  public constructor(size: number) {
    this.words = new Uint32Array((size + 31) >>> 5);
  }

  public add(member: number): void {
    this.words[member >>> 5] |= 1 << (member & 31);
  }

  public addAll(other: BitSet): void {
    const { words } = other;
    for (let i = 0; i < words.length; i += 1) this.words[i] |= words[i];
  }

  public has(member: number): boolean {
    return (this.words[member >>> 5] & (1 << (member & 31))) !== 0;
  }

  /** How many members both sets have. */
  public common(other: BitSet): number {
    let count = 0;
    for (let i = 0; i < this.words.length; i += 1) count += ones(this.words[i] & other.words[i]);
    return count;
  }
}

/** Adds up neighbouring bits, then pairs, then fours, then bytes. */
function ones(word: number): number {
  let sum = word - ((word >>> 1) & 0x5555_5555);
  sum = (sum & 0x3333_3333) + ((sum >>> 2) & 0x3333_3333);
  return Math.imul((sum + (sum >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24;
}
