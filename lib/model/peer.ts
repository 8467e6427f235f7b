import { parseCidr } from '../algebra';
import { isToken } from '../support/deploy-time';
import { fail } from '../support/errors';
import { PeerDeclaration } from './declarations';
import { Selector } from './selector';

/** Either end of a flow: a workload, a segment, or what `Peer` makes. */
export interface IPeer {
  /** How the peer reads in messages. */
  readonly peerName: string;

  /** @internal */
  _declarePeer(): PeerDeclaration;
}

/** Address family of a value that is known at deploy time only. */
export enum IpFamily {
  /** Addresses of four bytes. */
  IPV4 = 'ipv4',
  /** Addresses of sixteen bytes. */
  IPV6 = 'ipv6',
}

/** What a rule must know of a prefix list whose entries it cannot see. */
export interface PrefixListOptions {
  /**
   * How many entries the list may hold. AWS counts a rule that names the list as this many rules.
   *
   * @see https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html
   */
  readonly maxEntries: number;

  /** Family of its entries. @default IpFamily.IPV4 */
  readonly family?: IpFamily;

  /** Name of the list in the policy. @default - the id of the list; required where the id is known at deploy time only */
  readonly name?: string;
}

/**
 * Ends of flows that are not workloads.
 *
 *     Peer.ipv4('203.0.113.0/24')
 *     Peer.cidr('10.0.0.0/8', ['10.9.0.0/16'])
 *     Peer.labeled({ env: 'prod', tier: 'web' })
 *     Peer.token('egress-address', natGateway.publicIp, IpFamily.IPV4)
 */
export class Peer implements IPeer {
  /** Every IPv4 address, other workloads included. */
  public static anyIpv4(): Peer {
    return new Peer('any IPv4 address', { kind: 'any', families: [4] });
  }

  /** Every IPv6 address, other workloads included. */
  public static anyIpv6(): Peer {
    return new Peer('any IPv6 address', { kind: 'any', families: [6] });
  }

  /** Every address of both families, other workloads included. */
  public static any(): Peer {
    return new Peer('any address', { kind: 'any', families: [4, 6] });
  }

  /** An IPv4 address or block. @throws MSEG1004 if it is none. */
  public static ipv4(cidr: string): Peer {
    return Peer.block(cidr, [], 4);
  }

  /** An IPv6 address or block. @throws MSEG1004 if it is none. */
  public static ipv6(cidr: string): Peer {
    return Peer.block(cidr, [], 6);
  }

  /**
   * An address or block of either family, less the exceptions.
   *
   * Exceptions that remove the whole block are an error at synthesis (MSEG2005), never a flow to everybody.
   *
   * @throws MSEG1004 if it is none.
   */
  public static cidr(cidr: string, except?: string[]): Peer {
    return Peer.block(cidr, except ?? []);
  }

  /** The workloads of the policy that carry each of these labels. @throws MSEG1015 if there is no label. */
  public static labeled(labels: { [key: string]: string }): Peer {
    return Peer.selected(Selector.matching(labels));
  }

  /** The workloads of the policy that the selector chooses. */
  public static selected(selector: Selector): Peer {
    return new Peer('selected workloads', { kind: 'labels', selector: selector._selector });
  }

  /**
   * A prefix list of AWS. Its id may be known at deploy time only; then it needs a name.
   *
   * @throws MSEG1012 if a deploy-time id has no name; MSEG1013 if the id is none, or the number of entries not from 1 to 1000.
   */
  public static prefixList(prefixListId: string, options: PrefixListOptions): Peer {
    const name = options.name ?? prefixListId;
    const where = `Peer.prefixList ${name}`;
    if (isToken(name)) fail('MSEG1012', 'Peer.prefixList', 'the id of the prefix list is known at deploy time only');
    if (!Number.isInteger(options.maxEntries) || options.maxEntries < 1 || options.maxEntries > 1000) {
      fail('MSEG1013', where, `${String(options.maxEntries)} is no number of entries`);
    }
    if (!isToken(prefixListId) && !/^pl-[A-Za-z0-9]+$/.test(prefixListId)) fail('MSEG1013', where, `"${prefixListId}" is no id of a prefix list`);
    requireName(where, name);
    const family = options.family === IpFamily.IPV6 ? 6 : 4;
    return new Peer(`prefix list ${name}`, {
      kind: 'prefixList', name, value: prefixListId, family, maxEntries: options.maxEntries, platform: 'aws',
    });
  }

  /**
   * A service tag of Azure: a group of addresses that Microsoft keeps, such as `AzureLoadBalancer` for health probes or
   * `Storage.WestEurope`. No other platform can match it.
   *
   * @see https://learn.microsoft.com/azure/virtual-network/service-tags-overview
   * @throws MSEG1006 if it is no name of a service tag.
   */
  public static serviceTag(tag: string): Peer {
    requireName('Peer.serviceTag', tag);
    return new Peer(`service tag ${tag}`, { kind: 'token', name: tag, value: tag, family: 4, maxEntries: 1, platform: 'azure' });
  }

  /**
   * An address group of Google Cloud, which rules of network firewall policies can match. No other platform can.
   *
   * @param name stable and unique in the policy.
   * @param addressGroupId such as `projects/p/locations/global/addressGroups/partners`; may be known at deploy time only.
   * @param family of its addresses.
   * @see https://cloud.google.com/firewall/docs/address-groups-firewall-policies
   * @throws MSEG1006 if the name is none.
   */
  public static addressGroup(name: string, addressGroupId: string, family: IpFamily): Peer {
    requireName(`Peer.addressGroup ${name}`, name);
    const declaration = { kind: 'token', name, value: addressGroupId, maxEntries: 1, platform: 'gcp' } as const;
    return new Peer(`address group ${name}`, { ...declaration, family: family === IpFamily.IPV6 ? 6 : 4 });
  }

  /**
   * An address block that is known at deploy time only, such as the address of a NAT gateway that the same app makes.
   *
   * The policy knows it by its name alone: it takes part in no comparison of addresses.
   *
   * @param name stable and unique in the policy.
   * @param value the framework's token for a CIDR block, or for an address where the platform takes one.
   * @param family of the address.
   */
  public static token(name: string, value: string, family: IpFamily): Peer {
    requireName(`Peer.token ${name}`, name);
    if (!isToken(value)) fail('MSEG1012', `Peer.token ${name}`, `"${value}" is no deploy-time value; give a known address as Peer.cidr`);
    return new Peer(`token ${name}`, { kind: 'token', name, value, family: family === IpFamily.IPV6 ? 6 : 4, maxEntries: 1 });
  }

  private static block(cidr: string, except: readonly string[], family?: 4 | 6): Peer {
    for (const text of [cidr, ...except]) {
      const parsed = checkedCidr('Peer', text);
      if (family !== undefined && parsed.family !== family) fail('MSEG1004', 'Peer', `"${text}" is not an IPv${family} address or block`);
    }
    return new Peer(cidr, { kind: 'cidrs', cidr, except: [...except] });
  }

  public readonly peerName: string;
  private readonly declaration: PeerDeclaration;

  private constructor(peerName: string, declaration: PeerDeclaration) {
    this.peerName = peerName;
    this.declaration = declaration;
  }

  /** @internal */
  public _declarePeer(): PeerDeclaration {
    return this.declaration;
  }
}

/** @internal */
export function checkedCidr(where: string, text: string): { family: 4 | 6 } {
  if (isToken(text)) fail('MSEG1012', where, 'the address is known at deploy time only');
  try {
    return parseCidr(text);
  } catch (error) {
    return fail('MSEG1004', where, (error as Error).message);
  }
}

function requireName(where: string, name: string): void {
  if (!/^[A-Za-z][A-Za-z0-9_.-]{0,63}$/.test(name)) fail('MSEG1006', where, `"${name}" is no name`);
}
