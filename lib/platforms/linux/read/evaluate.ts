import { AddressSet, PeerAtom, PeerTraffic, ServiceSet } from '../../../algebra';
import { fail } from '../../../support/errors';
import { End } from '../plan-types';
import { essentialKeys, statementsKey } from './essential-keys';
import { NftChain, NftRule, NftTable, Statement, Verdict } from './model';
import { everything, hasPorts, Inexpressible, isAddress, ofFamily, restricted, selected, Selections } from './traffic';

/** New connections of which one end is asked: where they enter and leave, and which end is the workload's. */
export interface Question {
  readonly hook: 'input' | 'output' | 'forward';
  readonly end: End;
  /** Of forwarded traffic: whether it comes from, and goes to, an interface that the rules name. */
  readonly from?: boolean;
  readonly to?: boolean;
}

/** Chains call each other at most this deep in the kernel (NFT_JUMP_STACK_SIZE). */
const DEEPEST = 16;

/**
 * The new connections that a table lets pass, by walking through its rules with everything there is: what a rule takes goes
 * its way, what it leaves goes on to the next one. Loopback, established connections, and what the link needs are no flows.
 *
 * @throws MSEG8004 with the place of the rule that cannot be said as traffic
 */
export function admitted(table: NftTable, question: Question): PeerTraffic {
  const bases = [...table.chains.values()].filter(({ hook }) => hook === question.hook);
  const walk = new Walk(table, question);
  return bases.reduce((traffic, chain) => walk.base(chain, traffic), everything(walk.atoms));
}

interface Outcome {
  readonly accepted: PeerTraffic;
  /** What comes to the end of the chain, or is sent back. */
  readonly returned: PeerTraffic;
}

class Walk {
  public readonly atoms: readonly { atom: PeerAtom; family: 4 | 6 }[];
  private readonly selections: Selections;
  private interfaces?: string;

  public constructor(private readonly table: NftTable, private readonly question: Question) {
    this.selections = new Selections(question.end === 'ingress' ? 'saddr' : 'daddr');
    this.atoms = atomsOf(table);
  }

  public base(chain: NftChain, traffic: PeerTraffic): PeerTraffic {
    const { accepted, returned } = this.chain(chain, traffic, 1);
    return chain.policy === 'accept' ? accepted.union(returned) : accepted;
  }

  private chain({ rules }: NftChain, traffic: PeerTraffic, depth: number): Outcome {
    let [accepted, returned, rest] = [PeerTraffic.EMPTY, PeerTraffic.EMPTY, traffic];
    for (const rule of rules) {
      const { matched, verdict } = this.rule(rule, rest);
      if (verdict === undefined || matched.isEmpty()) continue;
      const outcome = this.follow(verdict, matched, rule.where, depth);
      rest = rest.subtract(matched);
      accepted = accepted.union(outcome.accepted);
      if (verdict.action === 'jump') rest = rest.union(outcome.returned);
      else returned = returned.union(outcome.returned);
      if (verdict.action === 'drop') this.checkDrop(rest, matched, rule.where);
    }
    return { accepted, returned: returned.union(rest) };
  }

  private follow(verdict: Verdict, matched: PeerTraffic, where: string, depth: number): Outcome {
    switch (verdict.action) {
      case 'accept': return { accepted: matched, returned: PeerTraffic.EMPTY };
      case 'drop': return { accepted: PeerTraffic.EMPTY, returned: PeerTraffic.EMPTY };
      case 'return': return { accepted: PeerTraffic.EMPTY, returned: matched };
      default: {
        const target = this.table.chains.get(verdict.target);
        if (target === undefined || depth >= DEEPEST) return fail('MSEG8004', where, `it goes to ${JSON.stringify(verdict.target)}, which has no end or does not exist`);
        return this.chain(target, matched, depth + 1);
      }
    }
  }

  /** What the rule takes of the traffic, and what becomes of it; no verdict where it only counts and logs. */
  private rule({ statements, where }: NftRule, traffic: PeerTraffic): { matched: PeerTraffic; verdict?: Verdict } {
    const nothing = { matched: PeerTraffic.EMPTY };
    if (essentialKeys(this.question.end).has(statementsKey(statements))) return nothing;
    let matched = traffic;
    let verdict: Verdict | undefined;
    try {
      for (const statement of statements) {
        if (statement.kind === 'match') matched = this.match(statement, matched);
        else if (statement.kind === 'verdict') ({ verdict } = statement);
        else if (statement.kind === 'stateMap') verdict = newState(statement.cases);
      }
      if (verdict && statements.some(({ kind }) => kind === 'limit')) throw new Inexpressible('a verdict on some of the packets only');
    } catch (error) {
      if (!(error instanceof Inexpressible)) throw error;
      return fail('MSEG8004', where, `it decides by ${error.message}`);
    }
    return { matched, verdict };
  }

  private match({ fields, negated, among }: Extract<Statement, { kind: 'match' }>, traffic: PeerTraffic): PeerTraffic {
    const [field] = fields;
    const elements = typeof among === 'string' ? this.table.sets.get(among)?.elements : among;
    if (elements === undefined) throw new Inexpressible(`a set ${String(among)} that does not exist`);
    const values = elements.map((element) => element.map(({ first }) => first).join(' . '));
    if (field === 'ct state') return newConnections(values, negated) ? traffic : PeerTraffic.EMPTY;
    if (/^[io]if(name)?$/.test(field)) return this.comesBy(field, values) !== negated ? traffic : PeerTraffic.EMPTY;
    if (field === 'meta nfproto') return families(values, negated).reduce((sum, family) => sum.union(ofFamily(traffic, family, this.atoms)), PeerTraffic.EMPTY);
    if (traffic.isEmpty()) return traffic;
    if (fields.some((each) => each.startsWith('th ')) && hasPorts(traffic) !== fields.includes('th dport')) {
      throw new Inexpressible('bytes of a header that are no port and no message');
    }
    const selections = this.selections.of(fields, elements);
    if (!negated) return selected(traffic, selections);
    if (selections.some(({ peer }) => peer !== undefined)) throw new Inexpressible('peers that have not an address');
    return restricted(traffic, ServiceSet.ALL.subtract(ServiceSet.union(selections.map(({ services }) => services))));
  }

  /** Loopback is no flow; other interfaces mean something only where they part containers from the rest. */
  private comesBy(field: string, names: readonly string[]): boolean {
    if (names.length === 1 && names[0] === 'lo') return false;
    const key = [...names].sort().join();
    this.interfaces ??= key;
    const { hook, from, to } = this.question;
    if (hook !== 'forward' || key !== this.interfaces || !field.endsWith('name')) throw new Inexpressible(`the interface (${field} ${key})`);
    return (field === 'iifname' ? from : to) === true;
  }

  /** A dropped block may hold what stands for a deploy-time value, or not: then nobody can tell what is admitted. */
  private checkDrop(rest: PeerTraffic, dropped: PeerTraffic, where: string): void {
    const services = ServiceSet.union(dropped.entries().filter(({ peer }) => peer instanceof AddressSet).map((entry) => entry.services));
    const doubtful = rest.entries().some((entry) => !(entry.peer instanceof AddressSet) && !entry.services.intersect(services).isEmpty());
    if (doubtful) fail('MSEG8004', where, 'it drops addresses among which those of a deploy-time value may be');
  }
}

function atomsOf(table: NftTable): { atom: PeerAtom; family: 4 | 6 }[] {
  const found = new Map<string, { atom: PeerAtom; family: 4 | 6 }>();
  for (const { family, elements } of table.sets.values()) {
    for (const { first, deployTime } of elements.map(([address]) => address)) {
      if (!deployTime || isAddress(first) || family === undefined) continue;
      found.set(`${family} ${first}`, { atom: { kind: 'token', id: first }, family });
    }
  }
  return [...found.values()];
}

const STATES: readonly string[] = ['new', 'established', 'related', 'invalid'];

/** Whether a new connection is in one of the states. */
function newConnections(states: readonly string[], negated: boolean): boolean {
  if (states.some((state) => !STATES.includes(state))) throw new Inexpressible(`the states ${states.join()}`);
  return states.includes('new') !== negated;
}

function newState(cases: readonly { state: string; verdict: Verdict }[]): Verdict | undefined {
  if (cases.some(({ state }) => !STATES.includes(state))) throw new Inexpressible(`the states ${cases.map(({ state }) => state).join()}`);
  return cases.find(({ state }) => state === 'new')?.verdict;
}

function families(values: readonly string[], negated: boolean): (4 | 6)[] {
  if (values.some((value) => value !== 'ipv4' && value !== 'ipv6')) throw new Inexpressible(`the family ${values.join()}`);
  return ([4, 6] as const).filter((family) => values.includes(`ipv${family}`) !== negated);
}
