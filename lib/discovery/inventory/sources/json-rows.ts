import { isObject } from '../../../support/files';
import { InventoryBuilder } from '../inventory-builder';
import { at, distinct, Json, labelsAt, objectsOf, textAt, textsAt } from '../json-access';
import { JsonSource } from '../source';

/**
 * The two forms of this library's own: rows as in the CSV (`[{"address", "workload", …labels}]`), and workloads
 * (`{"workloads": [{"id", "addresses", "labels", "services": [{"protocol", "port"}], "kind"}]}`).
 */
export const JSON_ROWS: JsonSource = {
  name: 'JSON',
  recognizes: (document) => (Array.isArray(document)
    ? document.some((entry) => isObject(entry) && 'address' in entry && 'workload' in entry)
    : Array.isArray((document as Json).workloads)),
  read: (document, into, place) => {
    if (Array.isArray(document)) document.forEach((entry, index) => addRow(entry, into, place(`/${index}`)));
    else objectsOf((document as Json).workloads).forEach(([index, workload]) => addWorkload(workload, into, place(`/workloads/${index}`)));
  },
};

function addRow(entry: unknown, into: InventoryBuilder, where: string): void {
  if (!isObject(entry)) {
    into.reject(where, 'it is no object');
    return;
  }
  const { address, workload, from, to, ...others } = entry;
  const [begin, end] = [from, to].map((moment) => (typeof moment === 'string' ? Date.parse(moment) : undefined));
  if (Number.isNaN(begin) || Number.isNaN(end)) into.reject(where, 'its time is no date in ISO 8601');
  else into.row({ address: textOf(address), id: textOf(workload), labels: labelsAt(others), from: begin, to: end, where });
}

function addWorkload(workload: Json, into: InventoryBuilder, where: string): void {
  const id = textAt(workload, 'id') ?? textAt(workload, 'name') ?? '';
  const kind = workload.kind === 'service' ? 'service' : 'workload';
  const addresses = distinct([textAt(workload, 'address'), ...textsAt(workload, 'addresses')]);
  if (addresses.length === 0) into.reject(where, 'the workload has no address');
  for (const address of addresses) into.row({ address, id, labels: labelsAt(workload, 'labels'), kind, where });
  for (const [index, service] of objectsOf(at(workload, 'services'))) {
    const first = service.port ?? service.fromPort;
    into.service({
      id,
      protocol: textOf(service.protocol),
      fromPort: first as number | undefined,
      toPort: (service.toPort ?? first) as number | undefined,
    }, `${where}/services/${index}`);
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
