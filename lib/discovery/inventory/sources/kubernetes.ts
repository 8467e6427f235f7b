import { isObject } from '../../../support/files';
import { FoundRow, InventoryBuilder } from '../inventory-builder';
import { at, distinct, Json, labelsAt, objectsOf, textAt, textsAt } from '../json-access';
import { JsonSource } from '../source';

const KINDS = ['Pod', 'Service', 'Node', 'ReplicaSet', 'Job'];
/** What controllers write on pods to tell them apart: no label of the workload. */
const OF_ONE_POD = /^(pod-template-hash|controller-revision-hash|pod-template-generation|(batch\.kubernetes\.io\/)?(controller-uid|job-name)|statefulset\.kubernetes\.io\/pod-name|apps\.kubernetes\.io\/pod-index)$/;

/** A pod's row before it is known whether another pod had the address before or after it. */
type PodRow = FoundRow & { readonly began?: number; readonly ended?: number };

/**
 * What `kubectl get pods,svc,nodes -A -o json` prints. A pod belongs to what owns it (`namespace/name` of the Deployment, StatefulSet …);
 * a Service with an address of its own is a node `service/namespace/name`; pods on the network of their host are the host
 * (`node/name`).
 */
export const KUBERNETES: JsonSource = {
  name: 'Kubernetes',
  recognizes: (document) => !Array.isArray(document) && 'apiVersion' in document
    && (KINDS.includes(textAt(document, 'kind') ?? '') || Array.isArray((document as Json).items)),
  read: (document, into, place) => {
    const items: [number, Json][] = Array.isArray((document as Json).items) ? objectsOf((document as Json).items) : [[0, document as Json]];
    const owners = new Map(items.flatMap(([, item]) => ownedBy(item)));
    const pods = items.flatMap(([index, item]) => (kindOf(item, document as Json) === 'Pod' ? podRows(item, owners, into, place(`/items/${index}`)) : []));
    for (const row of inTime(pods)) into.row(row);
    for (const [index, item] of items) {
      const kind = kindOf(item, document as Json);
      if (kind === 'Service') addService(item, into, place(`/items/${index}`));
      if (kind === 'Node') addNode(item, into, place(`/items/${index}`));
    }
  },
};

/** Items of a `PodList` do not repeat their kind. */
function kindOf(item: Json, list: Json): string | undefined {
  return textAt(item, 'kind') ?? textAt(list, 'kind')?.replace(/List$/, '');
}

function podRows(pod: Json, owners: ReadonlyMap<string, string>, into: InventoryBuilder, where: string): PodRow[] {
  const addresses = distinct([textAt(pod, 'status', 'podIP'), ...objectsOf(at(pod, 'status', 'podIPs')).map(([, entry]) => textAt(entry, 'ip'))]);
  if (at(pod, 'spec', 'hostNetwork') === true) {
    const node = textAt(pod, 'spec', 'nodeName');
    return node === undefined ? [] : addresses.map((address) => ({ address, id: `node/${node}`, labels: {}, where }));
  }
  const id = ownerOf(pod, owners);
  const labels = Object.entries(labelsAt(pod, 'metadata', 'labels')).filter(([key]) => !OF_ONE_POD.test(key));
  for (const [, container] of objectsOf(at(pod, 'spec', 'containers'))) {
    for (const [, port] of objectsOf(container.ports)) addPort(id, port, port.containerPort, into, where);
  }
  const row = { id, labels: { namespace: namespaceOf(pod), ...Object.fromEntries(labels) }, where, began: moment(at(pod, 'status', 'startTime')), ended: endOf(pod) };
  return addresses.map((address) => ({ ...row, address }));
}

/** An address that several pods of the list have had counts for each in its time; any other counts always. */
function inTime(pods: readonly PodRow[]): FoundRow[] {
  const owners = new Map<string, Set<string>>();
  for (const { address, id } of pods) owners.set(address, (owners.get(address) ?? new Set()).add(id));
  return pods.map(({ began, ended, ...row }) => (owners.get(row.address)!.size > 1 ? { ...row, from: began, to: ended } : row));
}

function endOf(pod: Json): number | undefined {
  const phase = textAt(pod, 'status', 'phase');
  if (phase !== 'Succeeded' && phase !== 'Failed') return undefined;
  const ends = objectsOf(at(pod, 'status', 'containerStatuses')).map(([, status]) => moment(at(status, 'state', 'terminated', 'finishedAt')));
  return ends.every((end) => end !== undefined) && ends.length > 0 ? Math.max(...ends) + 1 : undefined;
}

function ownerOf(pod: Json, owners: ReadonlyMap<string, string>): string {
  const namespace = namespaceOf(pod);
  const [, owner] = objectsOf(at(pod, 'metadata', 'ownerReferences')).find(([, reference]) => reference.controller !== false) ?? [];
  const [kind, name] = [textAt(owner, 'kind'), textAt(owner, 'name')];
  if (name === undefined) return `${namespace}/${textAt(pod, 'metadata', 'name') ?? ''}`;
  return `${namespace}/${owners.get(`${namespace}/${kind}/${name}`) ?? withoutSuffix(kind, name, textAt(pod, 'metadata', 'labels', 'pod-template-hash'))}`;
}

/** Where the list does not hold the owner's owner, the names that controllers make tell it. */
function withoutSuffix(kind: string | undefined, name: string, hash: string | undefined): string {
  if (kind === 'ReplicaSet' && hash !== undefined && name.endsWith(`-${hash}`)) return name.slice(0, -hash.length - 1);
  if (kind === 'Node') return `node/${name}`;
  return kind === 'Job' ? name.replace(/-\d{8,}$/, '') : name;
}

/** Of a ReplicaSet the Deployment, of a Job the CronJob. */
function ownedBy(item: Json): [string, string][] {
  const [kind, name] = [textAt(item, 'kind'), textAt(item, 'metadata', 'name')];
  const [, owner] = objectsOf(at(item, 'metadata', 'ownerReferences'))[0] ?? [];
  const ownerName = textAt(owner, 'name');
  if ((kind !== 'ReplicaSet' && kind !== 'Job') || name === undefined || ownerName === undefined) return [];
  return [[`${namespaceOf(item)}/${kind}/${name}`, ownerName]];
}

function addService(service: Json, into: InventoryBuilder, where: string): void {
  const namespace = namespaceOf(service);
  const id = `service/${namespace}/${textAt(service, 'metadata', 'name') ?? ''}`;
  const balancers = objectsOf(at(service, 'status', 'loadBalancer', 'ingress')).map(([, entry]) => textAt(entry, 'ip'));
  const addresses = distinct([textAt(service, 'spec', 'clusterIP'), ...textsAt(service, 'spec', 'clusterIPs'), ...textsAt(service, 'spec', 'externalIPs'), ...balancers]);
  const own = addresses.filter((address) => address !== 'None');
  for (const address of own) into.row({ address, id, kind: 'service', labels: { namespace, ...labelsAt(service, 'metadata', 'labels') }, where });
  if (own.length > 0) for (const [, port] of objectsOf(at(service, 'spec', 'ports'))) addPort(id, port, port.port, into, where);
}

function addNode(node: Json, into: InventoryBuilder, where: string): void {
  for (const [, entry] of objectsOf(at(node, 'status', 'addresses'))) {
    if (entry.type !== 'InternalIP' && entry.type !== 'ExternalIP') continue;
    into.row({ address: textAt(entry, 'address') ?? '', id: `node/${textAt(node, 'metadata', 'name') ?? ''}`, labels: {}, where });
  }
}

function addPort(id: string, entry: Json, port: unknown, into: InventoryBuilder, where: string): void {
  if (!isObject(entry) || typeof port !== 'number') return;
  into.service({ id, protocol: (textAt(entry, 'protocol') ?? 'TCP').toLowerCase(), fromPort: port, toPort: port }, where);
}

function namespaceOf(item: Json): string {
  return textAt(item, 'metadata', 'namespace') ?? 'default';
}

function moment(value: unknown): number | undefined {
  const time = typeof value === 'string' ? Date.parse(value) : NaN;
  return Number.isNaN(time) ? undefined : time;
}
