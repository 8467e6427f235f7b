import { Stack } from 'aws-cdk-lib';
import { manifestScope } from '../../platforms/network-range';
import type { Deployment } from './deployment';
import { Enforced } from './registry';
import type { SecurityGroups } from './security-groups';

/** What security groups add to the manifest. */
export function enforcedBy(point: SecurityGroups, { compiled, invariants, monitorScope, resources, parts }: Deployment): Enforced {
  const entry = {
    platform: 'aws',
    path: point.node.path,
    monitorScope: manifestScope(monitorScope),
    wholeNetwork: point._props.monitorScope === undefined,
    workloads: point._workloads,
  };
  const opaqueUses = resources.opaqueUses(parts).map(({ peer, scope }) => (
    [peer.kind === 'foreignGroup' ? `group:${peer.workload}` : `${peer.kind}:${peer.name}`, textOf(Stack.of(scope).resolve(peer.value))] as const));
  return { compiled, invariants, entry, opaqueUses };
}

/** A string as it is, an intrinsic as compact JSON. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
