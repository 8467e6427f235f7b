import { Problem } from '../../support/errors';

/**
 * Who has which address: what turns the addresses of flow logs into the nodes of a dependency map.
 *
 * Rows come from the files that a team has anyway (a CSV, Terraform state, lists of a cloud or of Kubernetes). One workload may
 * have many rows, and one address may have several, one after the other in time.
 */
export interface Inventory {
  readonly rows: readonly InventoryRow[];
  readonly services: readonly KnownService[];
  /** Rows that could not be read, and addresses that two workloads claim at the same time: warnings, in the order found. */
  readonly problems: readonly Problem[];
}

export interface InventoryRow {
  /** Address or CIDR block, canonical, always with its prefix length: `10.0.1.7/32`. */
  readonly address: string;
  /** Id of the node in the map: as the source has it, any text. */
  readonly id: string;
  /** Null-prototype or plain; keys are any text. */
  readonly labels: { readonly [key: string]: string };
  /** `service`: an address that stands for workloads behind it, such as a cluster IP or a load balancer. */
  readonly kind: 'workload' | 'service';
  /** From when the workload has the address, in milliseconds since 1970. Absent: always. */
  readonly from?: number;
  /** Until when, exclusive. Absent: for ever. */
  readonly to?: number;
  /** Where the row stands: `file:line` or `file#/json/pointer`. */
  readonly where: string;
}

/** A service that the inventory says a node offers: evidence of who is the server. */
export interface KnownService {
  /** Id of the node. */
  readonly id: string;
  /** `tcp`, `udp`, `sctp`, `icmp`, `icmpv6` or an IANA number, as in `segmentation.json`. */
  readonly protocol: string;
  readonly fromPort?: number;
  readonly toPort?: number;
}

export const EMPTY_INVENTORY: Inventory = { rows: [], services: [], problems: [] };
