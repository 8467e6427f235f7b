import { RootConstruct } from 'constructs';
import { CompiledPolicy, compilePolicy } from '../../lib/compiler';
import { isExact } from '../../lib/platforms/linux/elements';
import { DEFAULT_NETFILTER_LOG, LINUX_DEFAULT_LIMITS } from '../../lib/platforms/linux/limits';
import { planLinuxHosts } from '../../lib/platforms/linux/plan';
import { End, LinuxHostPlan, PlannedElement } from '../../lib/platforms/linux/plan-types';
import { renderAddressBook, renderRuleSet } from '../../lib/platforms/linux/render';
import { declareSynthPolicy, GeneratedFlow, generatedFlows, Size } from './synth-policy';

const TABLE = 'microseg_bench';

/** Who may connect to the server of a bench: so many peers, of which the client is the last. */
export interface Admitted {
  readonly family: 4 | 6;
  readonly peers: number;
  readonly client: string;
  readonly ports: readonly [first: number, last: number];
}

/** Addresses with gaps between them, so that none become one range. The client comes last: a list of rules is walked to its end. */
function addresses({ family, peers, client }: Admitted): string[] {
  const address = (i: number) => (family === 4 ? `10.${i >> 15}.${(i >> 7) & 255}.${(i & 127) * 2}` : `2001:db8:${(i >> 15).toString(16)}:1::${((i & 32767) * 2).toString(16)}`);
  return [...Array.from({ length: peers - 1 }, (_, i) => address(i)), client];
}

/**
 * Our rule set of a host that admits each peer to one port, the last one, and the client to all; or each peer to the range of
 * ports: then the kernel has to keep the elements as ranges.
 */
export function oursFor(admitted: Admitted, ranges: boolean): string {
  const [first, last] = admitted.ports;
  const element = (address: string, ...selectors: [number, number]): PlannedElement => ({ address, protocols: [6, 6], selectors });
  const elements = ranges
    ? addresses(admitted).map((address) => element(address, first, last))
    : [element(admitted.client, first, last - 1), ...addresses(admitted).map((address) => element(address, last, last))];
  const set = (end: End, family: 4 | 6, exact: boolean) => ({
    name: `${end === 'ingress' ? 'in' : 'out'}${family}${exact ? '_exact' : ''}`, end, family, timed: false, exact,
    elements: end === 'ingress' && family === admitted.family ? elements.filter((each) => isExact(each) === exact) : [],
  });
  const host: LinuxHostPlan = {
    policy: 'Bench', workload: 'Server', mode: 'enforce', table: TABLE, values: [], containerInterfaces: [], management: { 4: [], 6: [] },
    sets: (['ingress', 'egress'] as const).flatMap((end) => ([4, 6] as const).flatMap((family) => [true, false].map((exact) => set(end, family, exact)))),
    log: DEFAULT_NETFILTER_LOG,
    logPrefixes: { undeclared: { ingress: 'i', egress: 'e' }, new: { ingress: 'ni', egress: 'ne' } },
  };
  return renderRuleSet(host) + renderAddressBook(host);
}

/** What one writes by hand: a rule a peer. */
export function listFor(admitted: Admitted): string {
  const [protocol, ports] = [admitted.family === 4 ? 'ip' : 'ip6', admitted.ports.join('-')];
  return byHand(addresses(admitted).map((address) => `${protocol} saddr ${address} tcp dport ${ports} accept`));
}

/** The least that a stateful firewall does: it shows what connection tracking costs, which no rule set can be cheaper than. */
export const TRACKING_ALONE = byHand(['accept']);

function byHand(rules: readonly string[]): string {
  return [
    `table inet ${TABLE} {`,
    'chain input {', 'type filter hook input priority 0; policy drop;', 'ct state established,related accept',
    // Neighbour discovery.
    'meta l4proto ipv6-icmp accept', ...rules, '}', '}', '',
  ].join('\n');
}

/** A generated policy, and the last of its flows. */
export class SynthHosts {
  public readonly last: GeneratedFlow;
  private readonly policy: CompiledPolicy;

  public constructor(public readonly size: Size) {
    this.last = [...generatedFlows(size)].at(-1)!;
    this.policy = compilePolicy(declareSynthPolicy(new RootConstruct('Bench'), size).policy);
  }

  /** Our rule set of the server's host. */
  public rules(): string {
    const protects = [{ workload: `W${this.last.server}` }];
    const { hosts } = planLinuxHosts({
      policy: this.policy, enforcementPoint: 'Bench', protects, management: [], log: DEFAULT_NETFILTER_LOG, limits: LINUX_DEFAULT_LIMITS,
    });
    return renderRuleSet(hosts[0]) + renderAddressBook(hosts[0]);
  }
}
