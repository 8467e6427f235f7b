import { existsSync, readFileSync } from 'fs';
import { join } from 'path';
import { PeerTraffic } from '../../algebra';
import { fail, Problem, SegmentationError } from '../../support/errors';
import { filesBelow, isObject } from '../../support/files';
import { jsonOf } from '../../support/json-text';
import { ArtifactReader, EnforcedArtifact, EnforcedWorkload, FileFilter } from '../platform';
import { TABLE_PREFIX } from './names';
import { admitted } from './read/evaluate';
import { tablesOfJson } from './read/json';
import { NftTable } from './read/model';
import { tablesOfText } from './read/text';

export const RULE_SET_FILE = 'rules.nft';
export const ADDRESS_BOOK_FILE = 'addresses.nft';

/**
 * Reads the rule sets of hosts back: every `rules.nft` below a directory, with the address book beside it. Deploy-time
 * values that are not filled in yet are tokens, under the text that stands in the book.
 *
 * Expiring elements count as admitted, whatever the time is. Management access counts as admitted, too. What MONITOR and
 * VISIBILITY let pass is everything.
 */
export class LinuxReader implements ArtifactReader {
  public readonly platform = 'linux';

  /** @throws MSEG8002 for a rule set without an address book, MSEG8004 for everything that decides what is admitted and cannot be read */
  public read(directory: string, counts: FileFilter = () => true): EnforcedArtifact[] {
    return filesBelow(directory, (name) => name === RULE_SET_FILE).filter(counts).map((path) => {
      const book = path.slice(0, -RULE_SET_FILE.length) + ADDRESS_BOOK_FILE;
      if (!existsSync(join(directory, book))) fail('MSEG8002', path, `there is no ${ADDRESS_BOOK_FILE} beside it`);
      const files = [path, book].map((file) => ({ path: file, text: readFileSync(join(directory, file), 'utf8') }));
      return artifactOf(path, `${path}#`, (problems) => tablesOfText(files, problems));
    });
  }
}

/**
 * The same of a running host, from what `nft -j list ruleset` prints there. Tables of others are left out: whatever they
 * accept needs the consent of ours.
 *
 * @param path of the file, for messages
 * @throws MSEG8002 for text that is no such output, MSEG8004 for everything that cannot be read
 */
export function readLive(path: string, text: string): EnforcedArtifact {
  const document = jsonOf(text, path, 'MSEG8002');
  if (!isObject(document)) return fail('MSEG8002', path, 'it holds no JSON object');
  const content = document;
  return artifactOf(path, `${path}#`, (problems) => tablesOfJson(content, TABLE_PREFIX, path, problems));
}

/** @param at what the address of a table starts with */
export function artifactOf(path: string, at: string, tablesIn: (problems: Problem[]) => NftTable[]): EnforcedArtifact {
  const problems: Problem[] = [];
  const tables = tablesIn(problems);
  if (problems.length > 0) throw new SegmentationError(problems);
  return { platform: 'linux', path, workloads: tables.flatMap((table) => enforced(at, table)) };
}

/** The host itself, and the containers behind it where the table looks at forwarded traffic. */
function enforced(at: string, table: NftTable): EnforcedWorkload[] {
  const [policy, workload] = ['policy', 'workload'].map((key) => identity(table, key));
  const hooks = [...table.chains.values()].flatMap(({ hook, where }) => (hook === undefined ? [] : [{ hook, where }]));
  const strange = hooks.find(({ hook }) => !['input', 'output', 'forward'].includes(hook));
  if (strange) fail('MSEG8004', strange.where, `nobody can tell what a chain at the hook ${strange.hook} changes`);
  if (table.family !== 'inet') fail('MSEG8004', table.where, `a table of the family ${table.family} sees a part of the traffic only`);
  const owner = { policy, workload, role: 'attached' as const };
  const host: EnforcedWorkload = {
    ...owner,
    carrier: at + table.name,
    ingress: admitted(table, { hook: 'input', end: 'ingress' }),
    egress: admitted(table, { hook: 'output', end: 'egress' }),
  };
  return hooks.some(({ hook }) => hook === 'forward') ? [host, { ...owner, carrier: `${at}${table.name}/forward`, ...forwarded(table) }] : [host];
}

/** What passes by no named interface at all is more than the containers asked for: it is read as admitted to them. */
function forwarded(table: NftTable): Pick<EnforcedWorkload, 'ingress' | 'egress'> {
  const through = (end: 'ingress' | 'egress', from: boolean, to: boolean): PeerTraffic => admitted(table, { hook: 'forward', end, from, to });
  return { ingress: through('ingress', false, true).union(through('ingress', false, false)), egress: through('egress', true, false) };
}

/** Whose the table is, as the comments of its rules say. */
function identity(table: NftTable, key: string): string {
  const comments = [...table.chains.values()].flatMap(({ rules }) => rules.map(({ comment }) => comment ?? ''));
  const found = new Set(comments.flatMap((comment) => new RegExp(`^microseg:${key}=(.+)$`).exec(comment)?.[1] ?? []));
  if (found.size !== 1) fail('MSEG8004', table.where, `the rules of table ${table.name} name ${found.size} ids as its ${key}`);
  return [...found][0];
}
