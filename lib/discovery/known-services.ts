import { SqlRow } from './engine/sql-engine';
import { KnownService } from './inventory/inventory';
import { protocolName } from './map-edges';

/** Every protocol that a service may name, by that name. */
const PROTOCOL_NUMBERS = new Map(Array.from({ length: 256 }, (_, protocol) => [protocolName(protocol), protocol]));

/**
 * What the inventory says that nodes offer, as rows of the database: node, protocol, ports.
 *
 * @param ids of the nodes, in their order
 */
export function serviceRows(services: readonly KnownService[], ids: readonly string[]): SqlRow[] {
  const places = new Map(ids.map((id, node) => [id, node]));
  return services.flatMap(({ id, protocol, fromPort = 0, toPort = 65_535 }) => {
    const node = places.get(id);
    const number = PROTOCOL_NUMBERS.get(protocol);
    return node === undefined || number === undefined ? [] : [[node, number, fromPort, toPort]];
  });
}
