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

/** Rows of FLOW_COLUMNS, as a query in brackets. */
export interface Flows {
  readonly rows: string;
  /** Whether any of them says how many connections it stands for. */
  readonly counted: boolean;
  /** What stands in links for an end. By default its text. */
  readonly end?: (text: string) => string;
}

/** Links, and beside them how many records they are of and in which hours of the day those began, as bits. */
export function linksQuery(flows: Flows): string {
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
    FROM (${judged(flows)})
    GROUP BY c, v, pr, port, op, ev, dy`;
}

function counter(name: string, condition: string): string {
  return `CAST(sum(CASE WHEN ${condition} THEN n ELSE 0 END) AS BIGINT) AS ${name}`;
}

function counters(column: string, prefix: string): string {
  return Object.entries(FATE).slice(1).map(([name, value]) => counter(`${prefix}${name}`, `${column} = ${value}`)).join(', ');
}

/** What became of conversations that went alike, seen from the end that was found to serve. */
function judged(flows: Flows): string {
  const low = { mine: 'ab', other: 'zb' };
  const high = { mine: 'zb', other: 'ab' };
  return `
    SELECT CASE WHEN role = 2 THEN a ELSE z END AS c, CASE WHEN role = 2 THEN z ELSE a END AS v, pr,
      CASE WHEN role = 2 THEN zp ELSE ap END AS port,
      CASE WHEN role > 0 OR (${CLASSIC}) THEN -1 ELSE zp END AS op,
      CASE WHEN role = 0 THEN 0 WHEN explicit THEN ${EVIDENCE.explicit} ELSE ${EVIDENCE.synFlags} END AS ev,
      dy, n, conns, bytes, first, last, omin, omax, records, hours, votes,
      CASE WHEN role = 2 THEN ${fate(low)} ELSE ${fate(high)} END AS fate,
      CASE WHEN role = 2 THEN 0 ELSE ${fate(low)} END AS turned,
      (bitAnd(bitAnd(ab, zb), ${SENT}) = 0) AS oneWay
    FROM (SELECT *, ${ROLE} AS role, (${EXPLICIT}) AS explicit FROM (${alike(flows)}))`;
}

/**
 * Conversations that went alike, which most do, as one: what is told of them is told of few rows. The port that is the client's is
 * left out of `service`: HIDDEN stands there. (Two branches of the CASE are the same: one, by OR, takes DuckDB much longer.)
 */
function alike(flows: Flows): string {
  return `
    SELECT a, z, ${IN_SERVICE}, ${bitsOf('went', 4 + END_BITS, END_BITS)} AS ab, ${bitsOf('went', 4, END_BITS)} AS zb,
      ${bitsOf('went', 2, 2)} AS size, ${bitsOf('went', 0, 2)} AS votes,
      n, conns, bytes, records, first, last, omin, omax, hours
    FROM (
      SELECT a, z, service, went, CAST(count(*) AS BIGINT) AS n,
        ${flows.counted ? 'sum(CAST(conns AS DOUBLE))' : 'count(*)'} AS conns, sum(CAST(bytes AS DOUBLE)) AS bytes, sum(CAST(records AS DOUBLE)) AS records,
        min(first) AS first, max(last) AS last, min(zp) AS omin, max(zp) AS omax, groupBitOr(hours) AS hours
      FROM (
        SELECT a, z,
          CASE WHEN role = 2 THEN service + (${HIDDEN} - ap) * ${2 ** (PROTOCOL_BITS + PORT_BITS)}
            WHEN role = 1 THEN service + (${HIDDEN} - zp) * ${2 ** PROTOCOL_BITS}
            WHEN ${CLASSIC} THEN service + (${HIDDEN} - zp) * ${2 ** PROTOCOL_BITS} ELSE service END AS service,
          ((ab * ${2 ** END_BITS} + zb) * 4 + size) * 4 + CASE WHEN role > 0 THEN 0 WHEN alow < ahigh THEN 1 WHEN alow > ahigh THEN 2 ELSE 0 END AS went,
          ${flows.counted ? 'conns, ' : ''}bytes, records, least(coalesce(a1, z1), coalesce(z1, a1)) AS first, last, zp, hours
        FROM (${weighed(flows)})
      )
      GROUP BY a, z, service, went
    )`;
}

const EXPLICIT = `bitAnd(ab, ${OPENED}) <> bitAnd(zb, ${OPENED})`;

/** 2 where the high end serves, 1 where the low one does, 0 where the conversation itself does not tell. */
const ROLE = (() => {
  const asked = (bits: string) => `bitAnd(${bits}, ${SYN_FLAG | ACK_FLAG}) = ${SYN_FLAG}`;
  const answered = (mine: string, other: string) => (
    `bitAnd(${mine}, ${SYN_FLAG | ACK_FLAG}) = ${SYN_FLAG | ACK_FLAG} AND bitAnd(${other}, ${SENT}) > 0 AND bitAnd(${other}, ${ACK_FLAG}) = 0`);
  return `CASE
    WHEN ${EXPLICIT} THEN CASE WHEN bitAnd(ab, ${OPENED}) > 0 THEN 2 ELSE 1 END
    WHEN pr <> 6 THEN 0
    WHEN ${asked('ab')} AND NOT (${asked('zb')}) THEN 2
    WHEN ${asked('zb')} AND NOT (${asked('ab')}) THEN 1
    WHEN ${answered('zb', 'ab')} THEN 2
    WHEN ${answered('ab', 'zb')} THEN 1
    ELSE 0 END`;
})();

/**
 * Adds roles, sizes, and when either end sent first: a vote of 1 says that the high end serves, of 2 that the low end does.
 * A lone half says who came first only if it cannot be the half of an exchange of data, or if its ports tell nothing: sensors
 * and samples miss the other one, and what comes late from a service to a client's port is no beginning.
 */
function weighed(flows: Flows): string {
  return `
    SELECT *, ${ROLE} AS role,
      CASE WHEN bytes >= ${HANDSHAKE_BYTES} THEN ${SIZE.data} WHEN bytes >= ${REFUSAL_BYTES} THEN ${SIZE.handshake} WHEN bytes > 0 THEN ${SIZE.refusal}
        ELSE ${SIZE.unknown} END AS size,
      coalesce(a1, CASE WHEN bytes < ${HANDSHAKE_BYTES} THEN z1 + 1 WHEN ap = zp THEN z1 + 1 ELSE z1 END) AS alow,
      coalesce(z1, CASE WHEN ${CLASSIC} THEN a1 WHEN bytes < ${HANDSHAKE_BYTES} THEN a1 + 1 WHEN ap = zp THEN a1 + 1 ELSE a1 END) AS ahigh
    FROM (${conversations(flows)})`;
}

/** How much a conversation can have been, by its bytes. */
const SIZE = { data: 0, unknown: 1, refusal: 2, handshake: 3 } as const;
const NO_DATA = `size <> ${SIZE.data}`;

/** What became of a conversation, by what the client's and the server's end were seen to do. */
function fate({ mine, other }: { mine: string; other: string }): string {
  const has = (bits: string, bit: number) => `bitAnd(${bits}, ${bit}) > 0`;
  const lacks = (bits: string, bit: number) => `bitAnd(${bits}, ${bit}) = 0`;
  const { denied, attempt, allowed } = OUTCOME_BITS;
  const refused = `${has(other, RST_FLAG)} AND ${lacks(other, SYN_FLAG)}`;
  const answered = `${has(other, SENT)} AND ${lacks(other, denied)}`;
  return `CASE
    WHEN ${lacks(mine, SENT)} AND (${has(other, denied)} OR (${refused}) OR (pr = 6 AND ${NO_DATA} AND NOT explicit)) THEN ${FATE.stray}
    WHEN ${has(mine, denied)} AND NOT (${answered}) THEN ${FATE.denied}
    WHEN ${has(other, denied)} AND ${lacks(other, allowed)} THEN ${FATE.denied}
    WHEN ${has(mine, attempt)} AND ${lacks(mine, allowed)} THEN ${FATE.failed}
    WHEN pr = 6 AND (${refused}) AND bitAnd(${mine}, ${SYN_FLAG | ACK_FLAG}) = ${SYN_FLAG} THEN ${FATE.failed}
    WHEN pr = 6 AND NOT explicit AND size = ${SIZE.refusal} THEN ${FATE.failed}
    WHEN pr = 6 AND NOT explicit AND ${lacks(other, SENT)} AND (${has(mine, SYN_FLAG)} OR ${NO_DATA}) THEN ${FATE.failed}
    ELSE ${FATE.worked} END`;
}

/**
 * One row a conversation. Every sensor that saw it counted its bytes and connections, so that they are divided by the number of
 * sensors. Every value that a record adds to a group costs time and memory: ports, protocol and day are one number, what either
 * end was seen to do and in which hours is another, and sums are exact up to 2^53.
 */
function conversations({ rows, counted, end = (text) => text }: Flows): string {
  return `
    SELECT a, z, service, ${IN_SERVICE}, nullif(a1, ${NEVER}) AS a1, nullif(z1, ${NEVER}) AS z1, last, records,
      ${bitsOf('seen', 0, END_BITS)} AS ab, ${bitsOf('seen', END_BITS, END_BITS)} AS zb, ${bitsOf('seen', 2 * END_BITS, 24)} AS hours,
      intDiv(bytes, ${SENSORS}) AS bytes${counted ? `, greatest(1, intDiv(cn, ${SENSORS})) AS conns` : ''}
    FROM (
      SELECT CASE WHEN low THEN s ELSE d END AS a, CASE WHEN low THEN d ELSE s END AS z,
        bitOr(CASE WHEN low THEN ${packed('sp', 'dp')} ELSE ${packed('dp', 'sp')} END, bitShiftLeft(intDiv(st, ${DAY}), ${PROTOCOL_BITS + 2 * PORT_BITS})) AS service,
        CAST(sum(CAST(b AS DOUBLE)) AS BIGINT) AS bytes, ${counted ? 'CAST(sum(CAST(cn AS DOUBLE)) AS BIGINT) AS cn,' : ''}
        min(CASE WHEN low THEN st ELSE ${NEVER} END) AS a1, min(CASE WHEN low THEN ${NEVER} ELSE st END) AS z1, max(en) AS last,
        groupBitOr(bitOr(CASE WHEN low THEN sb + db * ${2 ** END_BITS} ELSE db + sb * ${2 ** END_BITS} END, bitShiftLeft(CAST(${2 ** (2 * END_BITS)} AS BIGINT), intDiv(st, ${HOUR}) % 24))) AS seen,
        groupBitOr(${SENSOR_BITS}) AS sensors, count(*) AS records
      FROM (
        SELECT ${end('s')} AS s, ${end('d')} AS d, sp, dp, pr, b, st, en, cn, sb, db,
          (CASE WHEN sp = dp THEN s < d ELSE sp < dp END) AS low, CAST(bitAnd(cityHash64(se), ${2 ** 15 - 1}) AS BIGINT) AS sensor
        FROM ${rows}
      )
      GROUP BY a, z, service
    )`;
}

/** Bits that hold all ports (NO_PORT included), all protocols, and what one end was seen to do. */
const PORT_BITS = 17;
const PROTOCOL_BITS = 9;
const END_BITS = 15;
/** In place of a port that does not matter. It is taken for a client's. */
const HIDDEN = 2 ** PORT_BITS - 1;
/** After every moment. */
const NEVER = 2 ** 53;

function packed(low: string, high: string): string {
  return `bitOr(bitOr(bitShiftLeft(${low}, ${PROTOCOL_BITS + PORT_BITS}), bitShiftLeft(${high}, ${PROTOCOL_BITS})), pr)`;
}

const IN_SERVICE = `${bitsOf('service', PROTOCOL_BITS + PORT_BITS, PORT_BITS)} AS ap, ${bitsOf('service', PROTOCOL_BITS, PORT_BITS)} AS zp,
      ${bitsOf('service', 0, PROTOCOL_BITS)} AS pr, bitShiftRight(service, ${PROTOCOL_BITS + 2 * PORT_BITS}) AS dy`;

/**
 * The sensors of a conversation: four sets of bits in one number, by how many bits of a hash choose the one of a sensor. Two
 * sensors that share it in one set hardly share it in the others, so that the fullest set counts them. Taken for one less are 2
 * sensors in 1 of 32,000 cases, 3 in 1 of 500, 4 in 1 of 45, 5 in 1 of 10; to count them exactly takes half as long again.
 */
const SENSOR_SETS = [4, 4, 4, 3].map((hashBits, set) => ({ first: 16 * set, hashFirst: 4 * set, hashBits }));
const SENSORS = `greatest(${SENSOR_SETS.map(({ first, hashBits }) => `bitCount(${bitsOf('sensors', first, 2 ** hashBits)})`).join(', ')})`;
const SENSOR_BITS = SENSOR_SETS
  .map(({ first, hashFirst, hashBits }) => `bitShiftLeft(CAST(${2 ** first} AS BIGINT), ${bitsOf('sensor', hashFirst, hashBits)})`)
  .reduce((all, bit) => `bitOr(${all}, ${bit})`);

/** So many bits of a number, from the `first` one on. */
function bitsOf(number: string, first: number, count: number): string {
  return `bitAnd(${first === 0 ? number : `bitShiftRight(${number}, ${first})`}, ${2 ** count - 1})`;
}
