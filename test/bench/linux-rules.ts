import { RootConstruct } from 'constructs';
import { CompiledPolicy, compilePolicy } from '../../lib/compiler';
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

/** Our rule set of a host with these elements. */
export function oursFor(admitted: Admitted): string {
  const elements = addresses(admitted).map((address): PlannedElement => ({ address, protocols: [6, 6], selectors: admitted.ports }));
  const set = (name: string, end: End, family: 4 | 6) => (
    { name, end, family, timed: false, elements: end === 'ingress' && family === admitted.family ? elements : [] });
  const host: LinuxHostPlan = {
    policy: 'Bench', workload: 'Server', mode: 'enforce', table: TABLE, values: [], containerInterfaces: [], management: { 4: [], 6: [] },
    sets: [set('in4', 'ingress', 4), set('in6', 'ingress', 6), set('out4', 'egress', 4), set('out6', 'egress', 6)],
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
