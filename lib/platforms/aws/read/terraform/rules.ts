import { Problem } from '../../../../support/errors';
import { Scope } from '../../../terraform/evaluate';
import { alternatives, ResourceValue, Unknown, Value } from '../../../terraform/values';
import { World } from '../../../terraform/world';
import { blockAddresses } from '../../../written-block';
import { End } from '../../plan-types';
import { ReadPeer, ReadRule } from '../model';
import { ruleServices } from '../rule-content';

/** Where a kind of rule keeps its content; several attributes of one meaning are read alike, single or as lists. */
export interface RuleForm {
  readonly protocol: string;
  readonly blocks: readonly string[];
  readonly prefixLists: readonly string[];
  readonly groups: readonly string[];
}

/** `aws_vpc_security_group_ingress_rule` and `..._egress_rule`. */
export const RULE: RuleForm = {
  protocol: 'ip_protocol', blocks: ['cidr_ipv4', 'cidr_ipv6'], prefixLists: ['prefix_list_id'], groups: ['referenced_security_group_id'],
};
/** `aws_security_group_rule`. */
export const OLD_RULE: RuleForm = {
  protocol: 'protocol', blocks: ['cidr_blocks', 'ipv6_cidr_blocks'], prefixLists: ['prefix_list_ids'], groups: ['source_security_group_id'],
};
/** `ingress` and `egress` inside a group. */
export const BLOCK: RuleForm = { ...OLD_RULE, groups: ['security_groups'] };

type Content = { readonly [name: string]: unknown };

export class RuleReader {
  public constructor(private readonly world: World, private readonly problems: Problem[]) {}

  /** The rule, or nothing where it is unreadable. @param self id of the group that the rule is for */
  public rule(form: RuleForm, content: Content, end: End, scope: Scope, self: string, where: string): ReadRule[] {
    const [protocol, from, to] = [form.protocol, 'from_port', 'to_port'].map((name) => this.world.following.evaluate(content[name], scope));
    const services = ruleServices(protocol, from, to);
    if (services === undefined) {
      const [protocolText, fromText, toText] = [form.protocol, 'from_port', 'to_port'].map((name) => shown(content[name]));
      return this.unreadable(where, `protocol and ports are ${protocolText}, ${fromText}-${toText}`);
    }
    const peers = [...this.peers(form, content, scope), ...this.selfPeer(content, scope, self, where)];
    return [{ end, services, peers, at: where }];
  }

  public unreadable(where: string, message: string): [] {
    this.problems.push({ code: 'MSEG8004', where, message });
    return [];
  }

  private peers(form: RuleForm, content: Content, scope: Scope): ReadPeer[] {
    const literal = (name: string) => texts(this.world.literal.evaluate(content[name], scope));
    return [
      ...form.blocks.flatMap(literal).map(({ text, known }) => blockPeer(text, known)),
      ...form.prefixLists.flatMap(literal).map(({ text }): ReadPeer => ({ kind: 'prefixList', id: text })),
      ...form.groups.flatMap((name) => this.groupPeers(content[name], scope)),
    ];
  }

  private groupPeers(reference: unknown, scope: Scope): ReadPeer[] {
    const asWritten = texts(this.world.literal.evaluate(reference, scope));
    const values = elements(this.world.following.evaluate(reference, scope));
    return values.map((value, index): ReadPeer => {
      // A list in a local has more elements than the text that names it.
      const text = (asWritten[index] ?? asWritten[0])?.text ?? '';
      return value instanceof ResourceValue ? { kind: 'group', group: value.resource, text } : { kind: 'token', id: typeof value === 'string' ? value : text };
    });
  }

  private selfPeer({ self: flag }: Content, scope: Scope, group: string, where: string): ReadPeer[] {
    const value = this.world.following.evaluate(flag, scope);
    if (value === null || value === false || value === 'false') return [];
    if (value !== true && value !== 'true') return this.unreadable(where, `self is ${shown(flag)}`);
    return [{ kind: 'group', group, text: 'self' }];
  }
}

function shown(content: unknown): string {
  return JSON.stringify(content) ?? 'absent';
}

function blockPeer(text: string, known: boolean): ReadPeer {
  const addresses = known ? blockAddresses(text) : undefined;
  return addresses ? { kind: 'addresses', addresses } : { kind: 'token', id: text };
}

/** A value or the elements of a list, with every way that a condition may turn out; null is none. */
function elements(value: Value): Value[] {
  return alternatives(value).flatMap((each) => (Array.isArray(each) ? each.flatMap(elements) : [each])).filter((each) => each !== null);
}

function texts(value: Value): { text: string; known: boolean }[] {
  return elements(value).map((each) => {
    if (each instanceof Unknown) return { text: each.text ?? '', known: false };
    return typeof each === 'string' ? { text: each, known: true } : { text: JSON.stringify(each), known: false };
  });
}
