import { AddressSet } from '../../algebra';
import { ManifestPeer, peersOf } from '../../compiler';
import { fail } from '../../support/errors';
import { workloadsNamed } from '../policies';
import { ManifestGraph } from '../policy-graph';

/** Both ends of a question, in the policy that it is asked of. */
export interface Question {
  readonly graph: ManifestGraph;
  readonly client: ManifestPeer;
  readonly server: ManifestPeer;
}

/**
 * The policy and the peers that two texts mean. Each is a workload (by id, `policy/id` or construct path), an address or
 * CIDR block, or the name of a token or prefix list.
 *
 * @throws MSEG5001 if nobody is meant, MSEG5002 if both stand in several policies, MSEG5003 if no policy has both
 */
export function questionOf(graphs: readonly ManifestGraph[], from: string, to: string): Question {
  const found = graphs.flatMap((graph): Question[] => {
    const [client, server] = [peerNamed(graph, from), peerNamed(graph, to)];
    return client && server && ('workload' in client || 'workload' in server) ? [{ graph, client, server }] : [];
  });
  for (const name of [from, to]) {
    if (graphs.every((graph) => peerNamed(graph, name) === undefined)) {
      fail('MSEG5001', name, 'no policy has a workload, token or prefix list of this name, and it is no single block of addresses');
    }
  }
  if (found.length === 0) fail('MSEG5003', `${from} -> ${to}`, 'no policy has a workload at one end and knows the other');
  if (found.length > 1) fail('MSEG5002', `${from} -> ${to}`, `both stand in ${found.map(({ graph }) => graph.path).join(' and in ')}`);
  return found[0];
}

function peerNamed(graph: ManifestGraph, name: string): ManifestPeer | undefined {
  const [workload] = workloadsNamed([graph], name);
  if (workload !== undefined) return { workload: workload.id };
  const opaque = graph.flows.flatMap(({ client, server }) => [client, server]).find((peer) => (
    'token' in peer ? peer.token === name : 'prefixList' in peer && peer.prefixList === name));
  return opaque ?? blockNamed(name);
}

/** As peers of flows stand in a manifest: `any` for a whole family, the canonical block otherwise. */
function blockNamed(text: string): ManifestPeer | undefined {
  try {
    const [peer] = peersOf(AddressSet.cidr(text));
    return peer;
  } catch {
    return undefined;
  }
}
