import { AddressSet } from '../../algebra';
import { NetworkRange, rangesOfFamily } from '../network-range';
import { azureText } from './description';
import { PlannedRule, RulePeer } from './plan-types';
import { DENY_PRIORITY, SCOPE_PRIORITY } from './priorities';

const ANY: RulePeer = { kind: 'any' };
const EVERYTHING = { protocol: '*', destinationPorts: ['*'] } as const;

/**
 * The rules below those of flows, the same in every mode but for one word. The last one of a direction denies everything,
 * because Azure's own rules after it would admit the whole virtual network, and everything outbound. Those before it are what
 * enforcing blocks: inbound the network's own ranges, outbound everything. They allow until the workload is enforced. Flow
 * logs name the rule that decided, so that they show what enforcing would block, and afterwards what it does block.
 */
export function bottomRules(scope: readonly NetworkRange[], enforced: boolean): PlannedRule[] {
  const access = enforced ? 'Deny' : 'Allow';
  const inbound = scopePeers(scope).map((peer): PlannedRule => ({
    name: `scope-inbound-ipv${peer.family}`, direction: 'Inbound', access, priority: SCOPE_PRIORITY[peer.family], ...EVERYTHING, peer,
    description: azureText('Undeclared traffic from the network itself: admitted until the workload is enforced, then denied'),
  }));
  const outbound: PlannedRule = {
    name: 'scope-outbound', direction: 'Outbound', access, priority: SCOPE_PRIORITY[4], ...EVERYTHING, peer: ANY,
    description: azureText('Undeclared traffic to anywhere: admitted until the workload is enforced, then denied'),
  };
  return [...inbound, outbound, deny('Inbound'), deny('Outbound')];
}

function deny(direction: PlannedRule['direction']): PlannedRule {
  const description = azureText('Everything else: denied in every mode, before the default rules of Azure');
  return { name: `deny-${direction.toLowerCase()}`, direction, access: 'Deny', priority: DENY_PRIORITY, ...EVERYTHING, peer: ANY, description };
}

/** One rule a family: the ranges of one network do not overlap, so deploy-time values may stand beside known blocks. */
function scopePeers(scope: readonly NetworkRange[]): (RulePeer & { kind: 'addresses' })[] {
  return ([6, 4] as const).flatMap((family) => {
    const { known, values } = rangesOfFamily(scope, family);
    const prefixes = [...AddressSet.union(known.map((cidr) => AddressSet.cidr(cidr))).cidrs(), ...values];
    return prefixes.length === 0 ? [] : [{ kind: 'addresses' as const, family, prefixes }];
  });
}
