import { ACK_FLAG, OPENED, OUTCOME_BITS, RST_FLAG, SENT, SYN_FLAG } from './flow-columns';

/*
 * The queries that turn flow records into conversations, and conversations into links: who was seen with which port of whom.
 *
 * A conversation is a pair of addresses and ports on one day (UTC): both directions, every sensor and every part in time are
 * one. Of its ends, `a` has the lower port. A link gathers the conversations of a client with one port of a server; the
 * client's port is dropped where it is known to be the client's, or where it plainly is one (`classic`).
 */

export const DAY = 86_400_000;
export const HOUR = 3_600_000;

/** Ports that hosts give to clients: Linux begins here; a service below with a client above is the classic case. */
export const EPHEMERAL = 32_768;
const CLASSIC = `ap < ${EPHEMERAL} AND zp >= ${EPHEMERAL}`;

/** A conversation whose ends exchanged fewer bytes cannot have carried data: a handshake alone, or its retries. */
const HANDSHAKE_BYTES = 500;
/** Less than a question and its answer take where a connection comes about: this was a question and a refusal. */
const REFUSAL_BYTES = 120;

/** How sure links are about who serves; the first two are decided by single conversations. */
export const EVIDENCE = { explicit: 1, synFlags: 2, timeOrder: 4, knownService: 8, fanIn: 16, lowerPort: 32 } as const;

/** What became of a conversation. */
export const FATE = { worked: 0, failed: 1, denied: 2, stray: 3 } as const;

/**
 * Links, and beside them how many records they are of and in which hours of the day those began, as bits.
 *
 * @param flows a query or table with FLOW_COLUMNS
 */
export function linksQuery(flows: string): string {
  const total = (name: string) => `CAST(sum(${name}) AS BIGINT) AS ${name}`;
  return `
    SELECT c, v, pr, port, op, ev, dy,
      ${['n', 'conns', 'bytes'].map(total).join(', ')},
      min(first) AS first, max(last) AS last,
      min(omin) AS omin, max(omax) AS omax,
      ${counter('hv', 'votes = 1')}, ${counter('lv', 'votes = 2')},
      ${counters('fate', '')}, ${counters('turned', 't')},
      ${counter('oneway', 'oneWay')},
      ${total('records')}, groupBitOr(hours) AS hours
    FROM (${alike(flows)})
    GROUP BY c, v, pr, port, op, ev, dy`;
}

function counter(name: string, condition: string): string {
  return `CAST(sum(CASE WHEN ${condition} THEN n ELSE 0 END) AS BIGINT) AS ${name}`;
}

function counters(column: string, prefix: string): string {
  return Object.entries(FATE).slice(1).map(([name, value]) => counter(`${prefix}${name}`, `${column} = ${value}`)).join(', ');
}

/** Conversations of a link that went alike, which most do, as one: the many counts of a link are then of few rows. */
function alike(flows: string): string {
  return `
    SELECT c, v, pr, port, op, ev, dy, votes, fate, turned, oneWay,
      count(*) AS n,
      sum(CAST(conns AS DOUBLE)) AS conns, sum(CAST(bytes AS DOUBLE)) AS bytes, sum(CAST(records AS DOUBLE)) AS records,
      min(first) AS first, max(last) AS last,
      min(zp) AS omin, max(zp) AS omax,
      groupBitOr(hours) AS hours
    FROM (${judged(flows)})
    GROUP BY c, v, pr, port, op, ev, dy, votes, fate, turned, oneWay`;
}

/** A vote of 1 says that the high end serves, of 2 that the low end does: who sent first is the client. */
function judged(flows: string): string {
  const low = { mine: 'ab', other: 'zb' };
  const high = { mine: 'zb', other: 'ab' };
  return `
    SELECT CASE WHEN role = 2 THEN a ELSE z END AS c, CASE WHEN role = 2 THEN z ELSE a END AS v, pr,
      CASE WHEN role = 2 THEN zp ELSE ap END AS port,
      CASE WHEN role > 0 OR (${CLASSIC}) THEN -1 ELSE zp END AS op,
      CASE WHEN role = 0 THEN 0 WHEN explicit THEN ${EVIDENCE.explicit} ELSE ${EVIDENCE.synFlags} END AS ev,
      dy, conns, bytes, first, last, zp, records, hours,
      CASE WHEN role > 0 OR alow = ahigh THEN 0 WHEN alow < ahigh THEN 1 ELSE 2 END AS votes,
      CASE WHEN role = 2 THEN ${fate(low)} ELSE ${fate(high)} END AS fate,
      CASE WHEN role = 2 THEN 0 ELSE ${fate(low)} END AS turned,
      (bitAnd(bitAnd(ab, zb), ${SENT}) = 0) AS oneWay
    FROM (${weighed(flows)})`;
}

/**
 * Adds roles: 2 where the high end serves, 1 where the low one does, 0 where the conversation itself does not tell.
 * A lone half says who came first only if it cannot be the half of an exchange of data, or if its ports tell nothing: sensors
 * and samples miss the other one,
 * and what comes late from a service to a client's port is no beginning.
 */
function weighed(flows: string): string {
  const opened = (bits: string) => `bitAnd(${bits}, ${OPENED}) > 0`;
  const explicit = `(${opened('ab')}) <> (${opened('zb')})`;
  const asked = (bits: string) => `bitAnd(${bits}, ${SYN_FLAG | ACK_FLAG}) = ${SYN_FLAG}`;
  const answered = (mine: string, other: string) => (
    `bitAnd(${mine}, ${SYN_FLAG | ACK_FLAG}) = ${SYN_FLAG | ACK_FLAG} AND bitAnd(${other}, ${SENT}) > 0 AND bitAnd(${other}, ${ACK_FLAG}) = 0`);
  return `
    SELECT a, z, ap, zp, pr, dy, ab, zb, last, conns, bytes, records, hours, (${explicit}) AS explicit,
      CASE
        WHEN ${explicit} THEN CASE WHEN ${opened('ab')} THEN 2 ELSE 1 END
        WHEN pr <> 6 THEN 0
        WHEN ${asked('ab')} AND NOT (${asked('zb')}) THEN 2
        WHEN ${asked('zb')} AND NOT (${asked('ab')}) THEN 1
        WHEN ${answered('zb', 'ab')} THEN 2
        WHEN ${answered('ab', 'zb')} THEN 1
        ELSE 0
      END AS role,
      least(coalesce(a1, z1), coalesce(z1, a1)) AS first,
      coalesce(a1, CASE WHEN bytes < ${HANDSHAKE_BYTES} OR ap = zp THEN z1 + 1 ELSE z1 END) AS alow,
      coalesce(z1, CASE WHEN (bytes < ${HANDSHAKE_BYTES} OR ap = zp) AND NOT (${CLASSIC}) THEN a1 + 1 ELSE a1 END) AS ahigh
    FROM (${conversations(flows)})`;
}

/** What became of a conversation, by what the client's and the server's end were seen to do. */
function fate({ mine, other }: { mine: string; other: string }): string {
  const has = (bits: string, bit: number) => `bitAnd(${bits}, ${bit}) > 0`;
  const lacks = (bits: string, bit: number) => `bitAnd(${bits}, ${bit}) = 0`;
  const { denied, attempt, allowed } = OUTCOME_BITS;
  const refused = `${has(other, RST_FLAG)} AND ${lacks(other, SYN_FLAG)}`;
  const answered = `${has(other, SENT)} AND ${lacks(other, denied)}`;
  return `CASE
    WHEN ${lacks(mine, SENT)} AND (${has(other, denied)} OR (${refused}) OR (pr = 6 AND bytes < ${HANDSHAKE_BYTES} AND NOT explicit)) THEN ${FATE.stray}
    WHEN ${has(mine, denied)} AND NOT (${answered}) THEN ${FATE.denied}
    WHEN ${has(other, denied)} AND ${lacks(other, allowed)} THEN ${FATE.denied}
    WHEN ${has(mine, attempt)} AND ${lacks(mine, allowed)} THEN ${FATE.failed}
    WHEN pr = 6 AND (${refused}) AND bitAnd(${mine}, ${SYN_FLAG | ACK_FLAG}) = ${SYN_FLAG} THEN ${FATE.failed}
    WHEN pr = 6 AND NOT explicit AND bytes > 0 AND bytes < ${REFUSAL_BYTES} THEN ${FATE.failed}
    WHEN pr = 6 AND NOT explicit AND ${lacks(other, SENT)} AND (${has(mine, SYN_FLAG)} OR bytes < ${HANDSHAKE_BYTES}) THEN ${FATE.failed}
    ELSE ${FATE.worked} END`;
}

/**
 * One row a conversation. Bytes and connections that two sensors saw are halved; of more than two it is not counted how many
 * they were, so what they saw counts more than once. Every value that a record adds to a group costs: ports and protocol are
 * one number, what either end was seen to do and in which hours is another, sensors are compared by a hash, and sums are exact
 * up to 2^53.
 */
function conversations(flows: string): string {
  const lowest = bitAndOf('service', PROTOCOLS - 1);
  return `
    SELECT a, z, intDiv(service, ${PROTOCOLS * PORTS}) AS ap, ${bitAndOf(`intDiv(service, ${PROTOCOLS})`, PORTS - 1)} AS zp, ${lowest} AS pr, dy,
      nullif(a1, ${NEVER}) AS a1, nullif(z1, ${NEVER}) AS z1, last, records,
      ${bitAndOf('seen', BITS - 1)} AS ab, ${bitAndOf(`intDiv(seen, ${BITS})`, BITS - 1)} AS zb, intDiv(seen, ${BITS * BITS}) AS hours,
      intDiv(bytes, CASE WHEN se1 = se2 THEN 1 ELSE 2 END) AS bytes,
      greatest(1, intDiv(cn, CASE WHEN se1 = se2 THEN 1 ELSE 2 END)) AS conns
    FROM (
      SELECT CASE WHEN low THEN s ELSE d END AS a, CASE WHEN low THEN d ELSE s END AS z,
        (CASE WHEN low THEN sp * ${PORTS} + dp ELSE dp * ${PORTS} + sp END) * ${PROTOCOLS} + pr AS service, intDiv(st, ${DAY}) AS dy,
        CAST(sum(CAST(b AS DOUBLE)) AS BIGINT) AS bytes, CAST(sum(CAST(cn AS DOUBLE)) AS BIGINT) AS cn,
        min(CASE WHEN low THEN st ELSE ${NEVER} END) AS a1, min(CASE WHEN low THEN ${NEVER} ELSE st END) AS z1, max(en) AS last,
        groupBitOr((CASE WHEN low THEN sb + db * ${BITS} ELSE db + sb * ${BITS} END) + bitShiftLeft(CAST(${BITS * BITS} AS BIGINT), intDiv(st, ${HOUR}) % 24)) AS seen,
        min(cityHash64(se)) AS se1, max(cityHash64(se)) AS se2, count(*) AS records
      FROM (SELECT *, (sp < dp OR (sp = dp AND s < d)) AS low FROM ${flows})
      GROUP BY a, z, service, dy
    )`;
}

/** Powers of two above all ports (NO_PORT included), protocols and bits of an end. */
const PORTS = 2 ** 17;
const PROTOCOLS = 2 ** 9;
const BITS = 2 ** 15;
/** After every moment. */
const NEVER = 2 ** 53;

function bitAndOf(value: string, bits: number): string {
  return `bitAnd(${value}, ${bits})`;
}
