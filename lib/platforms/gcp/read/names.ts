import { Scope } from '../../terraform/evaluate';
import { Body, Stack } from '../../terraform/stack';
import { alternatives, ResourceValue, Unknown, Value } from '../../terraform/values';
import { Followed, World } from '../../terraform/world';
import { IdentityKind, IdentityName, NetworkName } from './model';

/** Resources that rules refer to, with the attributes that stand for them. */
export const FOLLOWED: Followed = {
  google_compute_network: ['id', 'self_link', 'name'],
  google_compute_subnetwork: ['id', 'self_link', 'name'],
  google_compute_network_firewall_policy: ['id', 'self_link', 'name', 'network_firewall_policy_id'],
  google_compute_network_firewall_policy_with_rules: ['id', 'self_link', 'name', 'network_firewall_policy_id'],
  google_compute_region_network_firewall_policy: ['id', 'self_link', 'name', 'region_network_firewall_policy_id'],
  google_compute_region_network_firewall_policy_with_rules: ['id', 'self_link', 'name', 'region_network_firewall_policy_id'],
  google_tags_tag_value: ['id', 'name'],
  google_service_account: ['email'],
};

/** How `google_tags_tag_value` is commonly written in a rule: its `name` is the number alone. */
const NUMBERED_TAG = /^tagValues\/\$\{[^}]*\}$/;

/** What references in the files mean. */
export class Names {
  public constructor(private readonly world: World) {}

  /**
   * The identities in an attribute, single or a list.
   *
   * @param kind keeps a tag apart from an account of the same name
   * @returns undefined where the files do not tell which they are
   */
  public identities(json: unknown, kind: IdentityKind, scope: Scope): IdentityName[] | undefined {
    const written = elements(this.world.literal.evaluate(json, scope));
    const values = elements(this.world.following.evaluate(json, scope));
    const names = values.map((value, index): IdentityName | undefined => {
      const found = formOf(value);
      // A list in a local has more elements than the text that names it.
      return found && { key: `${kind} ${found.form} ${found.name}`, kind, form: found.form, text: textOf(written[index] ?? written[0]) };
    });
    return names.every((name) => name !== undefined) ? names : undefined;
  }

  /** A network by reference, path, link or name. Undefined where nothing is written. */
  public network(json: unknown, scope: Scope): NetworkName | undefined {
    const value = this.world.following.evaluate(json, scope);
    if (value === null) return undefined;
    if (typeof value === 'string') return { key: `text ${value}`, name: value.split('/').at(-1) };
    if (!(value instanceof ResourceValue)) return { key: `text ${textOf(value)}` };
    return { key: value.resource, name: this.nameIn(value.resource) };
  }

  /** The network of a subnetwork of the files; undefined where it is none of them. */
  public networkOfSubnetwork(json: unknown, scope: Scope): NetworkName | undefined {
    const value = this.world.following.evaluate(json, scope);
    const found = value instanceof ResourceValue ? this.bodyOf(value.resource) : undefined;
    return found && this.network(found.body.network, { stack: found.stack });
  }

  /** The key of a policy: two references to one policy have the same. */
  public policy(json: unknown, scope: Scope): string {
    const value = this.world.following.evaluate(json, scope);
    return value instanceof ResourceValue ? value.resource : `text ${textOf(value)}`;
  }

  /** Name in Google Cloud of a resource of the files, where it is written out. */
  private nameIn(resource: string): string | undefined {
    const found = this.bodyOf(resource);
    const name = found && this.world.following.evaluate(found.body.name, { stack: found.stack });
    return typeof name === 'string' ? name : undefined;
  }

  /** What is written for a resource, or for the one that it is an instance of. */
  private bodyOf(resource: string): { readonly body: Body; readonly stack: Stack } | undefined {
    const [file, address] = resource.split('#');
    const written = address.replace(/\[[^\]]*\]$/, '');
    const stack = this.world.stacks.find((each) => each.file === file);
    const body = stack?.resources.find(({ type, name }) => `${type}.${name}` === written)?.body;
    return stack && body && { body, stack };
  }
}

/** Whether two names mean one network; `maybe` where one of them is known at deployment only. */
export function sameNetwork(one: NetworkName, other: NetworkName): 'yes' | 'no' | 'maybe' {
  if (one.key === other.key) return 'yes';
  if (one.name === undefined || other.name === undefined) return bothResources(one, other) ? 'no' : 'maybe';
  return one.name === other.name ? 'yes' : 'no';
}

function bothResources(...names: NetworkName[]): boolean {
  return names.every(({ key }) => !key.startsWith('text '));
}

/**
 * Whether two names mean one identity. One that is known at deployment only `maybe` any that is not made by the files
 * themselves: these are referred to as what they are.
 */
export function sameIdentity(one: IdentityName, other: IdentityName): 'yes' | 'no' | 'maybe' {
  if (one.key === other.key) return 'yes';
  const forms = [one.form, other.form];
  return one.kind === other.kind && forms.includes('unknown') && !forms.includes('resource') ? 'maybe' : 'no';
}

function formOf(value: Value): { form: IdentityName['form']; name: string } | undefined {
  if (typeof value === 'string') return { form: 'literal', name: value };
  if (value instanceof ResourceValue) return { form: 'resource', name: value.resource };
  if (!(value instanceof Unknown)) return undefined;
  if (value.resources.length === 1 && NUMBERED_TAG.test(value.text ?? '')) return { form: 'resource', name: value.resources[0] };
  return value.parsed && value.resources.length === 0 ? { form: 'unknown', name: value.text ?? '' } : undefined;
}

function textOf(value: Value | undefined): string {
  if (value instanceof ResourceValue) return value.resource;
  if (value instanceof Unknown) return value.text ?? '';
  return typeof value === 'string' ? value : JSON.stringify(value) ?? '';
}

/** A value or the elements of a list; null is none. Which of several alternatives it will be nobody can tell. */
export function elements(value: Value): Value[] {
  if (alternatives(value).length > 1) return [value];
  return (Array.isArray(value) ? value.flatMap(elements) : [value]).filter((each) => each !== null);
}
