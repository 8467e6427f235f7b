import { EPHEMERAL } from './conversations';
import { SKIPPED_PROTOCOL } from './flow-columns';
import { columns, endpointsQuery, knownQuery, settledQuery } from './roles';
import { SqlEngine, SqlRow } from './sql-engine';

/** What a pair of addresses and a port is, once all its conversations are known. */
export const KIND = {
  edge: 0, denied: 1, scan: 2, failedAttempts: 3, unanswered: 4, broadcast: 5, multicast: 6, linkLocal: 7, stray: 8,
} as const;

/** An end that is broadcast to if it never answers. */
export const MAYBE_BROADCAST = -1;

/** A source is taken for a scanner from so many failed targets on, if they are no fewer than those that worked. */
const SCAN_TARGETS = 10;
/** Or from so many ports of one server on, each barely touched: no client uses that many services of one machine. */
const SCAN_PORTS = 15;
const TOUCHES_PER_DAY = 2;
/** Servers give clients of FTP and RPC ports of their own, one each: those count only if nothing was sent on them. */
const TOUCH_BYTES = 250;

/**
 * Whose an end is: what stands for it in links, its text, the number of its node, the kind of noise it stands for (0: none), and
 * whether it is the Internet.
 */
export const END_COLUMNS = { addr: 'text', name: 'text', node: 'integer', noise: 'integer', outside: 'integer' } as const;
export const SERVICE_COLUMNS = { node: 'integer', pr: 'integer', fromport: 'integer', toport: 'integer' } as const;

/** All ends that links name, each once. Rows: what stands there, and its text. @param names the table of both, where they differ */
export function endsOf(engine: SqlEngine, names?: string): AsyncIterable<readonly SqlRow[]> {
  const links = engine.table('links');
  const ends = ['c', 'v'].map((end) => `SELECT ${end} AS addr FROM ${links} WHERE pr <> ${SKIPPED_PROTOCOL}`).join(' UNION ALL ');
  const distinct = `SELECT DISTINCT addr FROM (${ends})`;
  return engine.rows(names === undefined ? `SELECT addr, addr AS name FROM (${distinct})` : `SELECT addr, name FROM ${names} WHERE addr IN (${distinct})`);
}

/** From the tables `links`, `ends` and `services` to `edges` (by spans of days), `pairs` (over all days) and their kinds. */
export async function settle(engine: SqlEngine): Promise<void> {
  const [links, ends, services, endpoints, known] = ['links', 'ends', 'services', 'endpoints', 'known'].map((name) => engine.table(name));
  await engine.createTableAs('endpoints', endpointsQuery(links));
  await engine.createTableAs('known', knownQuery(endpoints, ends, services));
  await engine.createTableAs('edges', settledQuery(links, endpoints, known));
  for (const done of ['links', 'endpoints', 'known']) await engine.dropTable(done);
  await engine.createTableAs('pairs', pairsQuery(engine));
  await engine.createTableAs('scanners', scannersQuery(engine));
  await engine.createTableAs('kinds', kindsQuery(engine));
}

function pairsQuery(engine: SqlEngine): string {
  const summed = ['n', 'failed', 'denied', 'stray', 'oneway', 'bytes'];
  const sums = summed.map((name) => `CAST(sum(${name}) AS BIGINT) AS ${name}`);
  return `
    SELECT ${columns('p', ['c', 'v', 'pr', 'port', 'days', ...summed])}, p.n - p.failed - p.denied - p.stray AS worked, oc.outside AS outside,
      CASE WHEN ov.noise <> 0 THEN ov.noise ELSE oc.noise END AS noise
    FROM (SELECT c, v, pr, port, CAST(sum(bitCount(days)) AS BIGINT) AS days, ${sums.join(', ')} FROM ${engine.table('edges')} GROUP BY c, v, pr, port) AS p
    INNER JOIN ${engine.table('ends')} AS oc ON p.c = oc.addr
    INNER JOIN ${engine.table('ends')} AS ov ON p.v = ov.addr`;
}

/** `touches`: how often a scanner talked to a target that did not answer. What it does more often is no part of the scan. */
function scannersQuery(engine: SqlEngine): string {
  const pairs = engine.table('pairs');
  const bad = `((worked = 0 AND failed + denied > 0) OR (pr = 17 AND worked > 0 AND oneway = n AND bytes <= ${TOUCH_BYTES} * n))`;
  return `
    SELECT c, max(touches) AS touches FROM (
      SELECT c, intDiv(CAST(sum(CASE WHEN ${bad} THEN n ELSE 0 END) AS BIGINT), greatest(1, countIf(${bad}))) AS touches
      FROM ${pairs} WHERE noise = 0
      GROUP BY c HAVING countIf(${bad}) >= ${SCAN_TARGETS} AND countIf(${bad}) >= countIf(NOT (${bad}) AND worked > 0)
      UNION ALL
      SELECT c, ${TOUCHES_PER_DAY} AS touches FROM (
        SELECT c, v, count(DISTINCT port) AS ports FROM ${pairs}
        WHERE noise = 0 AND pr = 6 AND n <= ${TOUCHES_PER_DAY} * days AND (port < ${EPHEMERAL} OR bytes <= ${TOUCH_BYTES} * n)
        GROUP BY c, v
      ) WHERE ports >= ${SCAN_PORTS}
    ) GROUP BY c`;
}

function kindsQuery(engine: SqlEngine): string {
  return `
    SELECT p.c AS c, p.v AS v, p.pr AS pr, p.port AS port,
      CASE
        WHEN p.noise > 0 THEN p.noise
        WHEN p.noise = ${MAYBE_BROADCAST} AND p.oneway = p.n AND p.pr = 17 THEN ${KIND.broadcast}
        WHEN p.n = p.stray THEN ${KIND.stray}
        WHEN s.c IS NOT NULL AND (p.worked = 0 OR p.n <= 3 * greatest(1, s.touches) * p.days) THEN ${KIND.scan}
        WHEN p.worked > 0 THEN ${KIND.edge}
        WHEN p.outside > 0 THEN ${KIND.scan}
        WHEN p.denied > 0 THEN ${KIND.denied}
        WHEN p.pr = 6 THEN ${KIND.failedAttempts}
        ELSE ${KIND.unanswered}
      END AS kind
    FROM ${engine.table('pairs')} AS p
    LEFT JOIN ${engine.table('scanners')} AS s ON p.c = s.c`;
}

const EDGE_COLUMNS = ['c', 'v', 'pr', 'port', 'span', 'days', 'ev', 'n', 'conns', 'bytes', 'oneway', 'first', 'last'];

/** Columns of both results below, after those that say whose they are. */
const FACTS = {
  ev: 'groupBitOr(ev)', n: total('n'), worked: total('worked'), conns: total('conns'), bytes: total('bytes'), oneway: total('oneway'),
  first: 'min(first)', last: 'max(last)',
};

/**
 * Everything that a map says, by nodes and spans of DAYS_AT_ONCE days. Rows: client, server, protocol, port, kind, span, then FACTS,
 * then the days of the span on which it was seen, as bits.
 */
export function nodeEdges(engine: SqlEngine): AsyncIterable<readonly SqlRow[]> {
  const keys = ['cn', 'vn', 'pr', 'port', 'kind', 'span'];
  return engine.rows(`${grouped(keys, named(engine), 'groupBitOr(days) AS days')} ORDER BY ${keys.join(', ')}`);
}

/** The same by addresses, over all days. Rows: client's and server's end, their nodes, protocol, port, kind, then FACTS. */
export function addressEdges(engine: SqlEngine): AsyncIterable<readonly SqlRow[]> {
  const keys = ['client', 'server', 'cn', 'vn', 'pr', 'port', 'kind'];
  return engine.rows(`${grouped(keys, named(engine))} ORDER BY ${keys.join(', ')}`);
}

function grouped(keys: readonly string[], from: string, ...more: readonly string[]): string {
  const facts = Object.entries(FACTS).map(([name, fact]) => `${fact} AS ${name}`);
  return `SELECT ${[...keys, ...facts, ...more].join(', ')} FROM (${from}) GROUP BY ${keys.join(', ')}`;
}

/** Edges by spans of days, with the kind of their pair and whose their ends are. */
function named(engine: SqlEngine): string {
  return `
    SELECT ${columns('e', EDGE_COLUMNS)}, e.n - e.failed - e.denied - e.stray AS worked, k.kind AS kind, oc.node AS cn, ov.node AS vn, oc.name AS client, ov.name AS server
    FROM ${engine.table('edges')} AS e
    INNER JOIN ${engine.table('kinds')} AS k ON e.c = k.c AND e.v = k.v AND e.pr = k.pr AND e.port = k.port
    INNER JOIN ${engine.table('ends')} AS oc ON e.c = oc.addr
    INNER JOIN ${engine.table('ends')} AS ov ON e.v = ov.addr
    WHERE k.kind <> ${KIND.stray}`;
}

function total(column: string): string {
  return `CAST(sum(${column}) AS BIGINT)`;
}
