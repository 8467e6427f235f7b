import { CfnResource, Fn, Token } from 'aws-cdk-lib';
import { CfnVPC, CfnVPCCidrBlock, IVpc } from 'aws-cdk-lib/aws-ec2';
import { IConstruct } from 'constructs';
import { IPv4 } from 'ipaddr.js';
import { NetworkRange } from '../../platforms/network-range';

/**
 * The ranges of a network: what its workloads may still reach each other from while they are not enforced.
 *
 * A VPC of this app says them in its own resources; an imported one knows at most its first IPv4 block. Blocks that AWS
 * chooses are deploy-time values, named so that no name given by users can be the same.
 *
 * @returns undefined where the VPC does not know its range.
 */
export function rangesOf(vpc: IVpc): NetworkRange[] | undefined {
  const resource = vpc.node.defaultChild;
  const first = isVpc(resource) ? resource.cidrBlock ?? resource.attrCidrBlock : knownRange(vpc);
  if (first === undefined) return undefined;
  const further = vpc.node.findAll().filter(isCidrBlock).flatMap((block) => furtherRanges(vpc, block));
  return [rangePeer('monitor:ipv4', first, 4), ...further];
}

/** A range as the peer of a rule. */
export function rangePeer(name: string, range: string, family: 4 | 6): NetworkRange {
  if (Token.isUnresolved(range)) return { kind: 'token', name, value: range, family };
  return family === 6 ? { kind: 'cidrIpv6', cidr: range } : { kind: 'cidrIpv4', cidr: networkOf(range) };
}

/** Until a VPC was looked up, the framework stands in a range with host bits; no rule may have them. */
function networkOf(range: string): string {
  return `${IPv4.networkAddressFromCIDR(range).toString()}/${range.split('/')[1]}`;
}

function furtherRanges(vpc: IVpc, block: CfnVPCCidrBlock): NetworkRange[] {
  const name = `monitor:${block.node.id}`;
  if (block.cidrBlock !== undefined) return [rangePeer(name, block.cidrBlock, 4)];
  if (block.ipv6CidrBlock !== undefined) return [rangePeer(name, block.ipv6CidrBlock, 6)];
  const { vpcIpv6CidrBlocks } = vpc as unknown as { vpcIpv6CidrBlocks?: string[] };
  if (block.amazonProvidedIpv6CidrBlock !== true || vpcIpv6CidrBlocks === undefined) return [];
  return [{ kind: 'token', name: 'monitor:ipv6', value: Fn.select(0, vpcIpv6CidrBlocks), family: 6 }];
}

/** An imported VPC throws if nobody told it its range. */
function knownRange(vpc: IVpc): string | undefined {
  try {
    return vpc.vpcCidrBlock;
  } catch {
    return undefined;
  }
}

function isVpc(construct: IConstruct | undefined): construct is CfnVPC {
  return construct !== undefined && isOfType(construct, CfnVPC.CFN_RESOURCE_TYPE_NAME);
}

function isCidrBlock(construct: IConstruct): construct is CfnVPCCidrBlock {
  return isOfType(construct, CfnVPCCidrBlock.CFN_RESOURCE_TYPE_NAME);
}

function isOfType(construct: IConstruct, type: string): boolean {
  return CfnResource.isCfnResource(construct) && construct.cfnResourceType === type;
}
