import { AddressSet, PeerAtom, PeerTraffic, ServiceSet } from '../../../algebra';
import { OrderedRule } from '../../first-match';
import { End } from '../plan-types';

const ANYWHERE = AddressSet.ANY_IPV4.union(AddressSet.ANY_IPV6);

/**
 * The rules that Azure puts behind those of every group. They cannot be removed, only come too late.
 *
 * @see https://learn.microsoft.com/azure/virtual-network/network-security-groups-overview
 */
export const DEFAULT_RULES: { readonly [end in End]: readonly OrderedRule[] } = {
  ingress: [allow('VirtualNetwork'), allow('AzureLoadBalancer'), denyAll()],
  egress: [allow('VirtualNetwork'), allow('Internet'), denyAll()],
};

function allow(tag: string): OrderedRule {
  const peer: PeerAtom = { kind: 'token', id: tag };
  return { action: 'allow', traffic: PeerTraffic.of([{ peer, services: ServiceSet.ALL }]) };
}

function denyAll(): OrderedRule {
  return { action: 'deny', traffic: PeerTraffic.of([{ peer: ANYWHERE, services: ServiceSet.ALL }]) };
}
