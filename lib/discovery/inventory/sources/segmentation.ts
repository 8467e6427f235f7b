import { ManifestPolicy } from '../../../compiler';
import { checkManifest } from '../../../compiler/manifest-read';
import { InventoryBuilder } from '../inventory-builder';
import { Json } from '../json-access';
import { JsonSource } from '../source';

/** `segmentation.json`: the workloads of policies with the addresses, labels and services that were declared. */
export const SEGMENTATION: JsonSource = {
  name: 'segmentation.json',
  recognizes: (document) => !Array.isArray(document) && Array.isArray((document as Json).policies) && 'schemaVersion' in document,
  read: (document, into, place) => addPolicies(checkManifest(document, place('').replace(/#$/, '')).policies, into, place),
};

/** The workloads of policies as rows; ids are those of the policies. */
export function addPolicies(policies: readonly ManifestPolicy[], into: InventoryBuilder, place: (pointer: string) => string): void {
  policies.forEach((policy, index) => policy.workloads.forEach(({ id, addresses, labels, services }, number) => {
    const where = place(`/policies/${index}/workloads/${number}`);
    for (const address of addresses) into.row({ address, id, labels, where });
    for (const { protocol, fromPort, toPort } of services) into.service({ id, protocol, fromPort, toPort }, where);
  }));
}
