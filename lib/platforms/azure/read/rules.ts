import { AddressSet, ServiceSet } from '../../../algebra';
import { Problem } from '../../../support/errors';
import { alternatives, ResourceValue } from '../../terraform/values';
import { blockAddresses } from '../../written-block';
import { End, RuleProtocol } from '../plan-types';
import { ANY_PORT, hasPorts, servicesOf } from '../rule-traffic';
import { Content, elements, textOf } from './content';
import { OwnEnd, ReadPeer, ReadRule } from './model';

const PROTOCOLS: { readonly [text: string]: RuleProtocol } = { 'tcp': 'Tcp', 'udp': 'Udp', 'icmp': 'Icmp', 'esp': 'Esp', 'ah': 'Ah', '*': '*' };
const ENDS: { readonly [direction: string]: End } = { inbound: 'ingress', outbound: 'egress' };
const ACTIONS: { readonly [access: string]: ReadRule['action'] } = { allow: 'allow', deny: 'deny' };
const PORT = /^([0-9]{1,5})(?:-([0-9]{1,5}))?$/;
/** The whole network that the group is in, and so every machine that the group is on. */
const NETWORK_TAG = 'virtualnetwork';

/** A rule says nothing that can be compared; the reason stands in the message. */
class Unreadable extends Error {}

/** The rule, or nothing where it is unreadable. */
export function readRule(content: Content, where: string, problems: Problem[]): ReadRule[] {
  try {
    return [new RuleContent(content, where).rule()];
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    problems.push({ code: 'MSEG8004', where, message: error.message });
    return [];
  }
}

class RuleContent {
  public constructor(private readonly content: Content, private readonly where: string) {}

  public rule(): ReadRule {
    const end = this.oneOf('direction', ENDS);
    const action = this.oneOf('access', ACTIONS);
    const [peerSide, ownSide] = end === 'ingress' ? ['source', 'destination'] : ['destination', 'source'];
    if (!this.ports('source').includes(ANY_PORT)) throw new Unreadable('it tells source ports apart, which a policy does not');
    // What an allowing rule may admit counts as admitted; what a denying one may deny does not count as denied.
    if (action === 'deny' && this.isConditional()) throw new Unreadable('what it denies depends on a condition');
    const [services, peers, own] = [this.services(), this.peers(peerSide), this.ownEnd(ownSide)];
    return { end, action, priority: this.priority(), services, peers, own, at: this.where };
  }

  private oneOf<T>(name: string, values: { readonly [text: string]: T }): T {
    const value = this.content.following(name);
    const text = typeof value === 'string' ? value.toLowerCase() : '';
    if (!Object.hasOwn(values, text)) throw new Unreadable(`${name} cannot be evaluated`);
    return values[text];
  }

  private priority(): number {
    const value = this.content.following('priority');
    const priority = typeof value === 'string' ? Number(value) : value;
    if (typeof priority !== 'number' || !Number.isInteger(priority)) throw new Unreadable('priority cannot be evaluated');
    return priority;
  }

  private services(): ServiceSet {
    const protocol = this.oneOf('protocol', PROTOCOLS);
    const ports = this.ports('destination');
    if (hasPorts(protocol)) return servicesOf(protocol, ports);
    if (ports.includes(ANY_PORT)) return servicesOf(protocol, [ANY_PORT]);
    // Ports exist for these two; Azure has no other protocol with ports.
    if (protocol === '*') return servicesOf('Tcp', ports).union(servicesOf('Udp', ports));
    throw new Unreadable(`${protocol} has no ports`);
  }

  private ports(side: string): string[] {
    const written = [`${side}_port_range`, `${side}_port_ranges`].flatMap((name) => elements(this.content.following(name)));
    const ports = written.map((value) => (typeof value === 'string' || typeof value === 'number' ? portText(String(value)) : undefined));
    if (ports.length === 0 || ports.includes(undefined)) throw new Unreadable(`${side} ports cannot be evaluated`);
    return ports as string[];
  }

  private peers(side: string): ReadPeer[] {
    const peers = [
      ...this.texts(side).map(({ text, known }): ReadPeer => {
        const addresses = known ? addressesOf(text) : undefined;
        return addresses ? { kind: 'addresses', addresses } : { kind: 'token', id: text };
      }),
      ...this.applicationGroups(side).map(({ group, text }): ReadPeer => (
        group === undefined ? { kind: 'token', id: text } : { kind: 'applicationGroup', group, text })),
    ];
    if (peers.length === 0) throw new Unreadable(`it names no ${side}`);
    return peers;
  }

  private ownEnd(side: string): OwnEnd {
    const texts = this.texts(side);
    if (texts.some(({ text, known }) => known && (text === '*' || text.toLowerCase() === NETWORK_TAG))) return { kind: 'all' };
    const groups = this.applicationGroups(side);
    if (texts.length === 0 && groups.length === 0) throw new Unreadable(`it names no ${side}`);
    if (texts.length > 0) return { kind: 'some' };
    const known = groups.flatMap(({ group }) => group ?? []);
    return { kind: 'members', groups: known, more: known.length < groups.length };
  }

  private texts(side: string): { text: string; known: boolean }[] {
    return [`${side}_address_prefix`, `${side}_address_prefixes`]
      .flatMap((name) => elements(this.content.literal(name)).map((value) => textOf(value, `${name} of ${this.where}`)));
  }

  private applicationGroups(side: string): { group?: string; text: string }[] {
    const name = `${side}_application_security_group_ids`;
    const written = elements(this.content.literal(name)).map((value) => textOf(value, `${name} of ${this.where}`).text);
    return elements(this.content.following(name)).map((value, index) => {
      // A list in a local has more elements than the text that names it.
      const text = written[index] ?? written[0] ?? name;
      return value instanceof ResourceValue ? { group: value.resource, text } : { text: typeof value === 'string' ? value : text };
    });
  }

  private isConditional(): boolean {
    const names = ['source', 'destination'].flatMap((side) => (
      ['address_prefix', 'address_prefixes', 'application_security_group_ids', 'port_range', 'port_ranges'].map((name) => `${side}_${name}`)));
    return names.some((name) => hasAlternatives(this.content.following(name)));
  }
}

function hasAlternatives(value: Parameters<typeof alternatives>[0]): boolean {
  return alternatives(value).length > 1 || (Array.isArray(value) && value.some(hasAlternatives));
}

/** A port or range in the form in which plans have it; undefined for anything else. */
function portText(text: string): string | undefined {
  if (text.trim() === '*') return ANY_PORT;
  const [, from, to = from] = PORT.exec(text.trim()) ?? [];
  if (from === undefined || Number(from) > Number(to) || Number(to) > 65_535) return undefined;
  return Number(from) === 0 && Number(to) === 65_535 ? ANY_PORT : `${Number(from)}-${Number(to)}`;
}

function addressesOf(text: string): AddressSet | undefined {
  return text === '*' ? AddressSet.ANY_IPV4.union(AddressSet.ANY_IPV6) : blockAddresses(text);
}
