/**
 * Strongly connected components of a graph, by Tarjan's algorithm without recursion: nodes of one component reach each
 * other. A component comes after every component that it reaches.
 */
export function components(successors: readonly (readonly number[])[]): number[][] {
  const search = new Search(successors);
  for (let node = 0; node < successors.length; node += 1) search.visit(node);
  return search.found;
}

class Search {
  public readonly found: number[][] = [];
  private readonly order: Int32Array;
  private readonly lowest: Int32Array;
  private readonly next: Int32Array;
  private readonly open: Uint8Array;
  private readonly stack: number[] = [];
  private seen = 0;

  public constructor(private readonly successors: readonly (readonly number[])[]) {
    const size = successors.length;
    this.order = new Int32Array(size).fill(-1);
    this.lowest = new Int32Array(size);
    this.next = new Int32Array(size);
    this.open = new Uint8Array(size);
  }

  public visit(root: number): void {
    if (this.order[root] >= 0) return;
    const path = [root];
    this.enter(root);
    while (path.length > 0) {
      const node = path[path.length - 1];
      if (this.next[node] < this.successors[node].length) {
        const successor = this.successors[node][this.next[node]];
        this.next[node] += 1;
        if (this.order[successor] < 0) {
          path.push(successor);
          this.enter(successor);
        } else if (this.open[successor]) {
          this.lowest[node] = Math.min(this.lowest[node], this.order[successor]);
        }
      } else {
        path.pop();
        this.leave(node, path[path.length - 1]);
      }
    }
  }

  private enter(node: number): void {
    this.order[node] = this.lowest[node] = this.seen;
    this.seen += 1;
    this.open[node] = 1;
    this.stack.push(node);
  }

  private leave(node: number, parent: number | undefined): void {
    if (parent !== undefined) this.lowest[parent] = Math.min(this.lowest[parent], this.lowest[node]);
    if (this.lowest[node] < this.order[node]) return;
    const members = this.stack.splice(this.stack.lastIndexOf(node));
    for (const member of members) this.open[member] = 0;
    this.found.push(members);
  }
}
