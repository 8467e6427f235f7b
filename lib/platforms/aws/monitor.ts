import { OpaquePeer } from '../../compiler';
import { NetworkRange } from '../network-range';
import { addressPeers, ANY_IPV4, ANY_IPV6, LoweredRule, ruleKey, weightOf } from './lower';
import { End, RulePeer } from './plan-types';

const EVERYTHING = { protocol: '-1' };

const NO_LISTS: ReadonlyMap<string, OpaquePeer> = new Map();

/**
 * What a workload that is not enforced admits beside its flows: anything from the network's own ranges, and anything
 * outbound. Never anything from the Internet. Security groups cannot log, so flow logs show what enforcing would block.
 */
export function monitorRules(scope: readonly NetworkRange[]): LoweredRule[] {
  const inbound = scope.map((peer) => monitorRule('ingress', peer, 'Monitoring: open to the network until the workload is enforced'));
  const outbound = addressPeers('egress', [ANY_IPV4, ANY_IPV6], EVERYTHING)
    .map((peer) => monitorRule('egress', peer, 'Monitoring: open until the workload is enforced'));
  return [...new Map([...inbound, ...outbound].map((rule) => [ruleKey(rule), rule])).values()];
}

function monitorRule(end: End, peer: RulePeer, note: string): LoweredRule {
  return { end, traffic: EVERYTHING, peer, weight: weightOf(peer, NO_LISTS), flows: new Set(), note };
}
