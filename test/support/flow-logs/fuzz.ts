import { setFlagsFromString } from 'v8';
import { runInNewContext } from 'vm';
import { LOG_READERS, recognize } from '../../../lib/discovery/readers/registry';
import { mutatedLine } from './mutate-line';
import { flawOf, readText } from './read';
import { LOG_FORMATS, Random, SHOP, trafficOf } from './index';

export interface FuzzResult {
  readonly mutatedLines: number;
  readonly records: number;
  readonly rejected: number;
  /** What went wrong, with the text that did it. */
  readonly failures: readonly string[];
  /** The log that took longest. */
  readonly slowestMilliseconds: number;
  /** Of the heap, from a tenth of the way to the end. */
  readonly grownBytes: number;
}

/** Logs of a few conversations each, so that a document which breaks costs little of what is tried. */
const CONVERSATIONS = 4;
const MOST_FAILURES = 5;

/** Reads logs of every format in which lines were mutated, until that many lines were, and tells what came of it. */
export function fuzzReaders(mutatedLines: number, seed: number): FuzzResult {
  return new Fuzz(new Random(seed)).run(mutatedLines);
}

class Fuzz {
  private mutated = 0;
  private records = 0;
  private rejected = 0;
  private slowest = 0;
  private readonly failures: string[] = [];
  private readonly traffic = trafficOf(SHOP, { seed: 11, connectionsPerEdge: 3, scanned: 1, noise: 8, throughGateway: 0.2 });

  public constructor(private readonly random: Random) {}

  public run(wanted: number): FuzzResult {
    let heapEarly: number | undefined;
    while (this.mutated < wanted && this.failures.length < MOST_FAILURES) {
      this.oneLog();
      if (heapEarly === undefined && this.mutated > wanted / 10) heapEarly = usedHeap();
    }
    return {
      mutatedLines: this.mutated,
      records: this.records,
      rejected: this.rejected,
      failures: this.failures,
      slowestMilliseconds: this.slowest,
      grownBytes: usedHeap() - (heapEarly ?? usedHeap()),
    };
  }

  private oneLog(): void {
    const format = this.random.one(LOG_FORMATS);
    const from = this.random.between(0, this.traffic.length - CONVERSATIONS);
    const text = this.mutatedLog(format.write(this.traffic.slice(from, from + CONVERSATIONS)));
    const reader = this.random.chance(0.1) ? this.random.one(LOG_READERS).format : format.format;
    const begun = performance.now();
    this.read(reader, text);
    this.slowest = Math.max(this.slowest, performance.now() - begun);
  }

  /** Of the lines, half are mutated; of a header, seldom, since all that follows would be lost. */
  private mutatedLog(text: string): string {
    const header = /^(#|version |interface-id |account_id|action,|ts,te|StartTime)/;
    const lines = text.split('\n').map((line) => {
      if (!this.random.chance(header.test(line) ? 0.05 : 0.5)) return line;
      this.mutated += 1;
      return mutatedLine(line, this.random);
    });
    return lines.join('\n');
  }

  private read(format: string, text: string): void {
    try {
      recognize(text);
      const { records, rejected } = readText(format, text, this.random.between(1, text.length + 1));
      const flaw = records.map(flawOf).find((each) => each !== undefined);
      if (flaw !== undefined) this.failures.push(`${format}: ${flaw} in ${JSON.stringify(text)}`);
      this.records += records.length;
      this.rejected += rejected.length;
    } catch (error) {
      this.failures.push(`${format}: ${(error as Error).stack} at ${JSON.stringify(text)}`);
    }
  }
}

/** What is in use after everything unused was collected. */
export function usedHeap(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}
