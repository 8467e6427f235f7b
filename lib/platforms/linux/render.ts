import { ESSENTIAL_RULES, RELATED_RULES } from './essentials';
import { End, LinuxHostPlan, ManagementElement, PlannedElement, PlannedSet } from './plan-types';

/**
 * The rule set file of a host, `rules.nft`: one transaction that puts our table in the place of the last one, or of none, and
 * touches no other. Its sets are empty, so loaded alone it admits nothing but established connections, what the link needs,
 * and management access; {@link renderAddressBook} fills them. Both in one transaction are `cat rules.nft addresses.nft | nft -f -`.
 *
 * A packet is decided on by connection tracking, or by a lookup of its peer, protocol and port together in the sets of its
 * direction and family: first among what is exact (TCP at once), then among what has ranges. Flows that expire, and peers known
 * at deploy time only, have a set of their own, looked up after them.
 * The mode is one verdict, in the chain `verdict`; VISIBILITY, which asks for no flow at all, logs each new connection instead.
 */
export function renderRuleSet(host: LinuxHostPlan): string {
  const { table } = host;
  const blocks = [...sets(host), ...baseChains(host), ...checks(host), ...sharedChains(host)];
  return [
    '# Made by cdk-microsegmentation. Changes are lost with the next deployment, and reported as drift before.',
    `table inet ${table}`,
    `delete table inet ${table}`,
    `table inet ${table} {`,
    blocks.map((lines) => lines.map((line) => `  ${line}\n`).join('')).join('\n'),
  ].join('\n') + '}\n';
}

/**
 * The address book of a host, `addresses.nft`: who is admitted, and to what, as elements of the rule set's sets. Loaded alone
 * it swaps all of them in one transaction and leaves rules, counters and connections as they are.
 *
 * Elements hold peer, protocol and port together, because that is what makes one lookup of them; the alternative, a set of
 * addresses for each peer, costs a lookup for each peer. Deploy-time values stand at the top, each once, and take part in
 * elements as variables; {@link ADDRESS_BOOK_LINE} tells whether a filled-in book is still one, and {@link renderBookForm} whether
 * it is this one.
 */
export function renderAddressBook({ table, sets: planned, values }: LinuxHostPlan): string {
  const defines = values.map(({ variable, value }) => `define ${variable} = ${value}`);
  const contents = planned.flatMap(({ name, elements }) => [
    `flush set inet ${table} ${name}`,
    ...(elements.length === 0 ? [] : [`add element inet ${table} ${name} {`, ...elements.map((element) => `${elementText(element)},`), '}']),
  ]);
  return [...defines, ...contents].map((line) => `${line}\n`).join('');
}

/**
 * The address book with nothing in the places of its deploy-time values. A book whose values are taken out must be this text:
 * else a value of several lines could bring elements of its own, each of which looks like one of ours.
 */
export function renderBookForm(host: LinuxHostPlan): string {
  return renderAddressBook({ ...host, values: host.values.map(({ variable }) => ({ variable, value: '' })) });
}

const OCTET = '(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])';
const IPV4 = `${OCTET}([.]${OCTET}){3}`;
const GROUP = '[0-9A-Fa-f]{1,4}';
const IPV6 = [
  `(${GROUP}:){7}${GROUP}`,
  `(${GROUP}:){1,7}:`,
  ...[1, 2, 3, 4, 5, 6].map((after) => `(${GROUP}:){1,${7 - after}}(:${GROUP}){1,${after}}`),
  `:((:${GROUP}){1,7}|:)`,
].join('|');
/**
 * An address or block in full, as an extended regular expression: nft looks up as a host name, or reads as another address, what
 * is nearly one (`dead.beef`, `10.1`).
 */
export const WHOLE_ADDRESS = `(${IPV4}(/(3[0-2]|[12]?[0-9]))?|(${IPV6})(/(12[0-8]|1[01][0-9]|[1-9]?[0-9]))?)`;

/**
 * Every line of an address book, once its deploy-time values are filled in, as an extended regular expression (`grep -E`). A
 * book with any other line must not be loaded: a value might have brought commands with it.
 */
export const ADDRESS_BOOK_GREP = [
  `define d_[0-9a-z]+ = ${WHOLE_ADDRESS}`,
  'flush set inet microseg_[0-9a-z]+ [a-z0-9_]+',
  'add element inet microseg_[0-9a-z]+ [a-z0-9_]+ [{]',
  `([$]d_[0-9a-z]+|${WHOLE_ADDRESS}(-${WHOLE_ADDRESS})?) [.] [0-9-]+ [.] [0-9-]+( [.] [0-9-]+)?,`,
  '[}]',
].map((line) => `^${line}$`).join('|');

export const ADDRESS_BOOK_LINE = new RegExp(ADDRESS_BOOK_GREP);

function elementText({ address, protocols, selectors, seconds }: PlannedElement): string {
  return [address, rangeText(protocols), rangeText(selectors), ...(seconds ? [rangeText(seconds)] : [])].join(' . ');
}

function rangeText([first, last]: readonly [number, number]): string {
  return first === last ? String(first) : `${first}-${last}`;
}

const ENDS: readonly End[] = ['ingress', 'egress'];
const FAMILIES = [4, 6] as const;
const ADDRESS = { 4: 'ip', 6: 'ip6' };
const PEER = { ingress: 'saddr', egress: 'daddr' };

function sets(host: LinuxHostPlan): string[][] {
  const { sets: planned, management } = host;
  const ofFlows = planned.map((set) => block(`set ${set.name}`, [keyOf(set), ...(set.exact ? [] : ['flags interval'])]));
  const ofManagement = managed(host).map((family) => block(`set management${family}`, [
    `type ipv${family}_addr . inet_service`,
    'flags interval',
    `elements = { ${management[family].map(managementText).join(', ')} }`,
  ]));
  return [...ofFlows, ...ofManagement];
}

/** nft knows no name for the type of a moment that `meta time` would match. */
function keyOf({ end, family, timed }: PlannedSet): string {
  return timed ? `typeof ${ADDRESS[family]} ${PEER[end]} . meta l4proto . th dport . meta time` : `type ipv${family}_addr . inet_proto . inet_service`;
}

/** Families with management access. VISIBILITY accepts it like everything else, after it is logged. */
function managed({ mode, management }: LinuxHostPlan): (4 | 6)[] {
  return mode === 'visibility' ? [] : FAMILIES.filter((family) => management[family].length > 0);
}

function managementText({ address, ports }: ManagementElement): string {
  return `${address} . ${rangeText(ports)}`;
}

function baseChains(host: LinuxHostPlan): string[][] {
  const { policy, workload, containerInterfaces } = host;
  const manage = managed(host).map((family) => `${ADDRESS[family]} saddr . tcp dport @management${family} accept`);
  const start = (end: End) => [
    `${ESTABLISHED} comment "microseg:policy=${policy}"`,
    ...beginnings(host, end),
    OTHER_STATES,
    `${end === 'ingress' ? 'iif' : 'oif'} "lo" accept comment "microseg:workload=${workload}"`,
    // None of it is TCP, which is most of what begins.
    `meta nfproto ipv6 meta l4proto != tcp jump essential_${end}`,
  ];
  const input = baseChain('input', [...start('ingress'), ...manage, 'jump ingress', 'accept']);
  const output = baseChain('output', [...start('egress'), 'jump egress', 'accept']);
  return containerInterfaces.length === 0 ? [input, output] : [input, output, baseChain('forward', [ESTABLISHED, OTHER_STATES, ...forwarded(containerInterfaces)])];
}

const ESTABLISHED = 'ct state established accept';
const OTHER_STATES = 'ct state vmap { related : jump related, invalid : goto verdict }';

/** What most connections begin with, TCP to a port that is admitted exactly, need not pass the rules for all else first. */
function beginnings({ mode, sets: planned }: LinuxHostPlan, end: End): string[] {
  return planned.filter((set) => mode !== 'visibility' && set.end === end && set.exact).map(({ name, family }) => (
    `ct state new meta l4proto tcp ${ADDRESS[family]} ${PEER[end]} . meta l4proto . th dport @${name} accept`));
}

/**
 * Between a container and elsewhere, one end is the container's; between two containers, both are. What has neither end
 * here is not a flow of the workload, and closed, since a misspelt interface would open it otherwise.
 */
function forwarded(interfaces: readonly string[]): string[] {
  const names = `{ ${interfaces.map((name) => `"${name}"`).join(', ')} }`;
  return [`iifname ${names} jump egress`, `oifname ${names} jump ingress`, `iifname ${names} accept`, `oifname ${names} accept`, 'goto undeclared_ingress'];
}

/** Below 0, where distributions filter: what they drop stays dropped, what they accept needs our consent as well. */
function baseChain(hook: string, rules: readonly string[]): string[] {
  return block(`chain ${hook}`, [`type filter hook ${hook} priority filter - 10; policy drop;`, ...rules]);
}

/** The chains that return what is admitted. */
function checks(host: LinuxHostPlan): string[][] {
  return ENDS.map((end) => block(`chain ${end}`, host.mode === 'visibility'
    ? [logRule(host, host.logPrefixes.new[end])]
    : [...lookups(host, end), `goto undeclared_${end}`]));
}

/** What has ports is looked up by its destination port; ICMP by type and code, which lie where others have the source port. */
function lookups({ sets: planned }: LinuxHostPlan, end: End): string[] {
  return planned.filter((set) => set.end === end).flatMap(({ name, family, timed }) => {
    const [peer, moment] = [`${ADDRESS[family]} ${PEER[end]}`, timed ? ' . meta time' : ''];
    return [
      `meta l4proto { tcp, udp, sctp } ${peer} . meta l4proto . th dport${moment} @${name} return`,
      `meta l4proto != { tcp, udp, sctp } ${peer} . meta l4proto . th sport${moment} @${name} return`,
    ];
  });
}

function sharedChains(host: LinuxHostPlan): string[][] {
  return [
    // What a helper expects is a connection of its own, and must be declared.
    block('chain related', RELATED_RULES),
    ...ENDS.map((end) => block(`chain essential_${end}`, ESSENTIAL_RULES[end])),
    ...ENDS.map((end) => block(`chain undeclared_${end}`, [logRule(host, host.logPrefixes.undeclared[end]), 'goto verdict'])),
    block('chain verdict', [`counter ${host.mode === 'enforce' ? 'drop' : 'accept'}`]),
  ];
}

function logRule({ log }: Pick<LinuxHostPlan, 'log'>, prefix: string): string {
  const limit = `limit rate ${log.ratePerSecond}/second burst ${log.burst} packets`;
  return `${limit} log prefix "${prefix}" group ${log.group} snaplen 128 counter`;
}

function block(head: string, lines: readonly string[]): string[] {
  return [`${head} {`, ...lines.map((line) => `  ${line}`), '}'];
}
