import { ManifestPolicy } from '../../compiler';
import { Inventory } from './inventory';
import { InventoryBuilder } from './inventory-builder';

/** What policies themselves say of addresses and services. Workloads go by their construct paths: ids are unique in their policy only. */
export function inventoryOfPolicies(policies: readonly ManifestPolicy[]): Inventory {
  const builder = new InventoryBuilder();
  for (const { workloads } of policies) {
    for (const { path, addresses, labels, services } of workloads) {
      for (const address of addresses) builder.row({ address, id: path, labels, where: path });
      for (const { protocol, fromPort, toPort } of services) builder.service({ id: path, protocol, fromPort, toPort }, path);
    }
  }
  // Several policies may name one workload: that is no contradiction here.
  return { ...builder.build(), problems: [] };
}
