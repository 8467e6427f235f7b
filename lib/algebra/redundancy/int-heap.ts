/** A binary heap of numbers, the least on top. */
export class IntHeap {
  private readonly slots: number[] = [];

  /** The least number; undefined when there is none. */
  public peek(): number | undefined {
    return this.slots[0];
  }

  public push(value: number): void {
    const { slots } = this;
    let slot = slots.push(value) - 1;
    while (slot > 0) {
      const parent = (slot - 1) >> 1;
      if (slots[parent] <= value) break;
      slots[slot] = slots[parent];
      slot = parent;
    }
    slots[slot] = value;
  }

  /** Takes the least number off. */
  public pop(): number | undefined {
    const { slots } = this;
    const least = slots[0];
    const value = slots.pop();
    if (slots.length > 0) this.sink(value!);
    return least;
  }

  /** Puts the value where the top was, and down to its place. */
  private sink(value: number): void {
    const { slots } = this;
    let slot = 0;
    for (;;) {
      let child = 2 * slot + 1;
      if (child + 1 < slots.length && slots[child + 1] < slots[child]) child += 1;
      if (child >= slots.length || slots[child] >= value) break;
      slots[slot] = slots[child];
      slot = child;
    }
    slots[slot] = value;
  }
}
