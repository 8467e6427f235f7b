import { EPHEMERAL, EVIDENCE, FATE } from './conversations';

/*
 * The queries that settle who serves in the links that single conversations left open (`ev` = 0): there `v` has the lower port,
 * and `c` the higher one, which is known (`op`, or the only one that was seen) or was many different ones (-1).
 *
 * What is asked of either end, in this order: did those who talked to it start more often than it did; does the inventory say
 * that it offers this port; how many different ports talked to it; at how many hosts is its port seen to be served; is its port
 * the lower one. Where only the high port can be a client's, it takes four times as many to make it the server's: clients use a
 * port again after a while. There, too, the lower port says more than what is served elsewhere; of two high ones it says little.
 */

/** So many hosts more serve the one port than the other: a single one may have had it as a client, by chance. */
const MORE_HOSTS = 2;

const OTHER_PORT = 'CASE WHEN op >= 0 THEN op WHEN omin = omax THEN omin ELSE -1 END';

/** Of every end with a port: how often it served and did not by who began, and how many ends it was seen to talk with. */
export function endpointsQuery(links: string): string {
  return `
    SELECT addr, pr, port, CAST(sum(served) AS BIGINT) AS served, CAST(sum(began) AS BIGINT) AS began, CAST(sum(peers) AS BIGINT) AS peers
    FROM (
      SELECT v AS addr, pr, port, CASE WHEN ev > 0 THEN n ELSE lv END AS served, CASE WHEN ev > 0 THEN 0 ELSE hv END AS began, n AS peers FROM ${links}
      UNION ALL
      SELECT addr, pr, port, sum(served) AS served, sum(began) AS began, CAST(count(DISTINCT low) AS BIGINT) AS peers
      FROM (SELECT c AS addr, pr, ${OTHER_PORT} AS port, hv AS served, lv AS began, port AS low FROM ${links} WHERE ev = 0 AND ${OTHER_PORT} >= 0)
      GROUP BY addr, pr, port
    )
    GROUP BY addr, pr, port`;
}

/** At how many hosts each port is seen to serve: somebody began there, or several came. */
function portsQuery(endpoints: string): string {
  return `(SELECT pr, port, CAST(count(*) AS BIGINT) AS hosts FROM ${endpoints} WHERE served > began OR peers > 1 GROUP BY pr, port)`;
}

/** Ends whose port the inventory says their workload offers. */
export function knownQuery(endpoints: string, addresses: string, services: string): string {
  return `
    SELECT DISTINCT e.addr AS addr, e.pr AS pr, e.port AS port
    FROM ${endpoints} AS e
    INNER JOIN ${addresses} AS o ON e.addr = o.addr
    INNER JOIN ${services} AS k ON o.node = k.node AND e.pr = k.pr
    WHERE e.port >= k.fromport AND e.port <= k.toport`;
}

/** Days that one number tells of by a bit each, exact in JavaScript too. */
export const DAYS_AT_ONCE = 48;

/**
 * The same links with client and server in place, one row for each of `c`, `v`, `pr` and `port` in as many days; `days` are those on
 * which it was seen, as bits from day `span` * DAYS_AT_ONCE on.
 */
export function settledQuery(links: string, endpoints: string, known: string): string {
  const kept = ['n', 'conns', 'bytes', 'first', 'last', 'oneway'];
  const asIs = ['c', 'v', 'pr', 'port', 'dy', 'ev', ...kept, ...FATES].join(', ');
  const turned = (when: string, otherwise: string) => `CASE WHEN high THEN ${when} ELSE ${otherwise} END`;
  const placed = [
    `${turned('v', 'c')} AS c`, `${turned('c', 'v')} AS v`, 'pr', `${turned('hp', 'port')} AS port`, 'dy', 'why AS ev', ...kept,
    ...FATES.map((name) => `${turned(`t${name}`, name)} AS ${name}`),
  ].join(', ');
  return `
    SELECT c, v, pr, port, span, groupBitOr(day) AS days, groupBitOr(ev) AS ev, ${['n', 'conns', 'bytes', 'oneway', ...FATES].map((name) => `CAST(sum(${name}) AS BIGINT) AS ${name}`).join(', ')},
      min(first) AS first, max(last) AS last
    FROM (
      SELECT *, intDiv(dy, ${DAYS_AT_ONCE}) AS span, bitShiftLeft(CAST(1 AS BIGINT), dy % ${DAYS_AT_ONCE}) AS day FROM (
        SELECT ${asIs} FROM ${links} WHERE ev > 0
        UNION ALL SELECT ${placed} FROM (${decided(links, endpoints, known)})
      )
    )
    GROUP BY c, v, pr, port, span`;
}

const FATES = Object.keys(FATE).slice(1);
const LINK_COLUMNS = ['c', 'v', 'pr', 'port', 'dy', 'hp', 'n', 'conns', 'bytes', 'first', 'last', 'oneway', ...FATES, ...FATES.map((name) => `t${name}`)];

/** Columns of one side of a join under their own names: `x.*` would name them differently in the two dialects. */
export function columns(alias: string, names: readonly string[]): string {
  return names.map((name) => `${alias}.${name} AS ${name}`).join(', ');
}

function decided(links: string, endpoints: string, known: string): string {
  const { timeOrder, knownService, fanIn, lowerPort } = EVIDENCE;
  return `
    SELECT *,
      (CASE WHEN began <> 0 THEN began < 0 WHEN offered <> 0 THEN offered < 0 WHEN peers <> 0 THEN peers < 0 ELSE hosts <= -${MORE_HOSTS} END) AS high,
      CASE WHEN began <> 0 THEN ${timeOrder} WHEN offered <> 0 THEN ${knownService} WHEN peers <> 0 OR abs(hosts) >= ${MORE_HOSTS} THEN ${fanIn}
        WHEN hp >= 0 AND port >= hp THEN 0 ELSE ${lowerPort} END AS why
    FROM (
      SELECT ${columns('x', LINK_COLUMNS)}, ${leaning('lo')} - ${leaning('hi')} AS began,
        (CASE WHEN klo.addr IS NULL THEN 0 ELSE 1 END) - (CASE WHEN khi.addr IS NULL THEN 0 ELSE 1 END) AS offered,
        CASE WHEN x.port < ${EPHEMERAL} AND x.hp >= ${EPHEMERAL} AND hi.peers < 4 * lo.peers THEN greatest(0, lo.peers - coalesce(hi.peers, 1))
          ELSE lo.peers - coalesce(hi.peers, 1) END AS peers,
        CASE WHEN x.port < ${EPHEMERAL} AND x.hp >= ${EPHEMERAL} THEN 0 ELSE coalesce(plo.hosts, 0) - coalesce(phi.hosts, 0) END AS hosts
      FROM (SELECT *, ${OTHER_PORT} AS hp FROM ${links} WHERE ev = 0) AS x
      LEFT JOIN ${endpoints} AS lo ON x.v = lo.addr AND x.pr = lo.pr AND x.port = lo.port
      LEFT JOIN ${endpoints} AS hi ON x.c = hi.addr AND x.pr = hi.pr AND x.hp = hi.port
      LEFT JOIN ${portsQuery(endpoints)} AS plo ON x.pr = plo.pr AND x.port = plo.port
      LEFT JOIN ${portsQuery(endpoints)} AS phi ON x.pr = phi.pr AND x.hp = phi.port
      LEFT JOIN ${known} AS klo ON x.v = klo.addr AND x.pr = klo.pr AND x.port = klo.port
      LEFT JOIN ${known} AS khi ON x.c = khi.addr AND x.pr = khi.pr AND x.hp = khi.port
    )`;
}

/** 1: an end that served, -1: one that did not, by two votes to one at least; clocks and windows make single votes wrong. */
function leaning(side: string): string {
  return `(CASE WHEN ${side}.served > 0 AND ${side}.served >= 2 * ${side}.began THEN 1
    WHEN ${side}.began > 0 AND ${side}.began >= 2 * ${side}.served THEN -1 ELSE 0 END)`;
}
