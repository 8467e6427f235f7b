import { AddressSet, ServiceSet } from '../algebra';
import {
  ManifestAcknowledgement, ManifestEnforcementPoint, ManifestFlow, ManifestInvariant, ManifestNamedService, ManifestPolicy,
  ManifestWorkloadEnforcement, servicesOf,
} from '../compiler';

/** A workload as analyses see it. */
export interface GraphWorkload {
  readonly id: string;
  readonly path: string;
  readonly labels: { readonly [key: string]: string };
  readonly services: readonly ManifestNamedService[];
  readonly offered: ServiceSet;
  readonly addresses: AddressSet;
  readonly mode: string;
  readonly criticality: string;
  readonly managed: boolean;
  /** `file:line` of its declaration, where that is kept. */
  readonly source?: string;
  /** Absent before enforcement points are known. */
  readonly enforcementPoints?: readonly ManifestWorkloadEnforcement[];
}

/**
 * What every question to a policy is asked of: workloads and the flows between them. A compiled policy is one as it
 * stands, a policy of `segmentation.json` becomes one by {@link graphOf}; so both get the same answers.
 */
export interface PolicyGraph {
  readonly id: string;
  readonly path: string;
  /** `file:line` of its declaration, where that is kept. */
  readonly source?: string;
  readonly workloads: readonly GraphWorkload[];
  readonly flows: readonly ManifestFlow[];
  /** Absent before enforcement points are known. */
  readonly enforcementPoints?: readonly ManifestEnforcementPoint[];
}

/** A policy of a manifest, with the results that its invariants had at synthesis. */
export interface ManifestGraph extends PolicyGraph {
  readonly enforcementPoints: readonly ManifestEnforcementPoint[];
  readonly invariants: readonly ManifestInvariant[];
  readonly acknowledgements: readonly ManifestAcknowledgement[];
}

/** The policy of a manifest that was read and checked. */
export function graphOf(policy: ManifestPolicy): ManifestGraph {
  const { id, path, source, workloads, flows, enforcementPoints, invariants, acknowledgements = [] } = policy;
  return {
    id,
    path,
    source,
    workloads: workloads.map((workload) => ({
      ...workload,
      offered: servicesOf(workload.services),
      addresses: AddressSet.union(workload.addresses.map((block) => AddressSet.cidr(block))),
    })),
    flows,
    enforcementPoints,
    invariants,
    acknowledgements,
  };
}
