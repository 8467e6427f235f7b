import { AddressSet, ServiceSet } from '../../../algebra';
import { Problem } from '../../../support/errors';
import { blocksIn } from '../../terraform/dynamic-blocks';
import { Scope } from '../../terraform/evaluate';
import { Body } from '../../terraform/stack';
import { alternatives, Unknown, Value } from '../../terraform/values';
import { World } from '../../terraform/world';
import { blockAddresses } from '../../written-block';
import { End } from '../plan-types';
import { IdentityKind, IdentityName, Owner, ReadPeer } from './model';
import { elements, Names } from './names';
import { ruleServices } from './services';

/** The rule decides something, and the files do not tell what. */
export class Unreadable extends Error {}

/** Ids of users hold neither `;` nor blanks, so nothing after them can pass for one. */
const OWNERSHIP = /^microseg:policy=([^;\s]+);workload=([^;\s]+)(?:\s|$)/;

/** Reads the parts that rules of every kind have in common. */
export class RuleReader {
  public readonly names: Names;

  public constructor(private readonly world: World, private readonly problems: Problem[]) {
    this.names = new Names(world);
  }

  /** What `read` gives, or nothing and a problem where the rule is beyond this reader. */
  public attempt<T>(where: string, read: () => T | undefined): T[] {
    try {
      const result = read();
      return result === undefined ? [] : [result];
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      this.problems.push({ code: 'MSEG8004', where, message: error.message });
      return [];
    }
  }

  public blocks(body: Body, name: string, scope: Scope) {
    return blocksIn(this.world, body, name, scope) ?? unreadable(`how many blocks ${name} there are cannot be evaluated`);
  }

  public value(body: Body, name: string, scope: Scope): Value {
    return this.world.following.evaluate(body[name], scope);
  }

  /** Text in upper case, or the default where nothing is written. */
  public word(body: Body, name: string, scope: Scope, otherwise: string): string {
    const value = this.value(body, name, scope);
    if (value === null) return otherwise;
    return typeof value === 'string' ? value.toUpperCase() : unreadable(`${name} ${shown(body[name])} cannot be evaluated`);
  }

  public flag(body: Body, name: string, scope: Scope): boolean {
    const value = this.value(body, name, scope);
    if (value === null || value === false || value === 'false') return false;
    return value === true || value === 'true' || unreadable(`${name} ${shown(body[name])} cannot be evaluated`);
  }

  public priority(body: Body, scope: Scope, otherwise?: number): number {
    const value = this.value(body, 'priority', scope) ?? otherwise;
    const number = typeof value === 'string' && /^[0-9]+$/.test(value) ? Number(value) : value;
    return typeof number === 'number' && Number.isInteger(number) ? number : unreadable(`priority ${shown(body.priority)} cannot be evaluated`);
  }

  public end(body: Body, scope: Scope): End {
    const direction = this.word(body, 'direction', scope, 'INGRESS');
    if (direction === 'INGRESS') return 'ingress';
    return direction === 'EGRESS' ? 'egress' : unreadable(`direction is ${direction}`);
  }

  /** Services of blocks with a protocol and ports. */
  public services(body: Body, block: string, protocol: string, scope: Scope): ServiceSet {
    return ServiceSet.union(this.blocks(body, block, scope).map(({ body: content, scope: inner }) => {
      const ports = elements(this.value(content, 'ports', inner));
      const known = ports.every((port) => typeof port === 'string' || typeof port === 'number');
      const services = known ? ruleServices(this.value(content, protocol, inner), ports) : undefined;
      return services ?? unreadable(`protocol and ports are ${shown(content[protocol])} ${shown(content.ports)}`);
    }));
  }

  public identities(body: Body, name: string, kind: IdentityKind, scope: Scope): IdentityName[] {
    return this.names.identities(body[name], kind, scope) ?? unreadable(`${name} ${shown(body[name])} cannot be evaluated`);
  }

  /** Ranges as addresses, and whatever is known at deployment only as it stands in the file. */
  public ranges(body: Body, name: string, scope: Scope): ReadPeer[] {
    return elements(this.world.literal.evaluate(body[name], scope)).map((each): ReadPeer => {
      const addresses = typeof each === 'string' ? blockAddresses(each) : undefined;
      if (addresses) return { kind: 'addresses', addresses };
      if (typeof each === 'string' || (each instanceof Unknown && each.text !== undefined)) {
        return { kind: 'token', id: typeof each === 'string' ? each : each.text! };
      }
      return unreadable(`${name} ${shown(body[name])} cannot be evaluated`);
    });
  }

  /** Address groups, none of which the files can look into. */
  public tokens(body: Body, name: string, scope: Scope): ReadPeer[] {
    return this.ranges(body, name, scope).map((peer) => (peer.kind === 'token' ? peer : unreadable(`${name} ${shown(body[name])} is no address group`)));
  }

  /** Whether anything at all is written for the attribute. */
  public isSet(body: Body, name: string, scope: Scope): boolean {
    return alternatives(this.value(body, name, scope)).some((each) => each !== null && !(Array.isArray(each) && each.length === 0));
  }

  public owner(body: Body, scope: Scope): Owner | undefined {
    const description = this.value(body, 'description', scope);
    if (typeof description === 'string') {
      const [, policy, workload] = OWNERSHIP.exec(description) ?? [];
      return policy === undefined ? undefined : { policy, workload };
    }
    const hidden = description instanceof Unknown && (description.text ?? '').includes('microseg:');
    return hidden ? unreadable(`description ${shown(body.description)} cannot be evaluated`) : undefined;
  }
}

export const ANYWHERE: ReadPeer = { kind: 'addresses', addresses: AddressSet.ANY_IPV4.union(AddressSet.ANY_IPV6) };
export const ANY_IPV4: ReadPeer = { kind: 'addresses', addresses: AddressSet.ANY_IPV4 };

export function unreadable(message: string): never {
  throw new Unreadable(message);
}

function shown(content: unknown): string {
  return (JSON.stringify(content) ?? 'absent').slice(0, 200);
}
