import { FlowRecord } from '../../../lib/discovery/flow-record';
import { CoverageGap, LogReader } from '../../../lib/discovery/readers/log-reader';

export interface ReadLog {
  readonly records: FlowRecord[];
  readonly rejected: { readonly line: number; readonly reason: string }[];
  readonly gaps: CoverageGap[];
}

/** When every log of these tests was written. */
export const WRITTEN_AT = Date.UTC(2026, 10, 23, 10);

/** What a reader makes of a text, given to it in pieces of a size that fits no line. */
export function readLog(reader: LogReader, text: string, piece = 37): ReadLog {
  const log: ReadLog = { records: [], rejected: [], gaps: [] };
  const parser = reader.parser({
    writtenAt: WRITTEN_AT,
    record: (record) => log.records.push(record),
    reject: (line, reason) => log.rejected.push({ line, reason }),
    gap: (gap) => log.gaps.push(gap),
  });
  for (let from = 0; from < text.length; from += piece) parser.write(text.slice(from, from + piece));
  parser.end();
  return log;
}
