import { Service } from '../../model';
import { SuggestedService } from './suggestion';
import { serviceKey } from './workload-table';

/** Names of the services that the library has, with the keys of what they hold, the largest first. Ranges are never seen. */
const NAMED: readonly (readonly [name: string, keys: readonly string[]])[] = Object.entries(Service)
  .filter((entry): entry is [string, Service] => entry[1] instanceof Service)
  .filter(([, { _ranges }]) => _ranges.every(({ fromPort, toPort }) => fromPort === toPort))
  .map(([name, { _ranges }]) => [name, _ranges.map(({ protocol, fromPort }) => serviceKey({ protocol, port: fromPort }))] as const)
  .sort(([, a], [, b]) => b.length - a.length);

/** Services as a program names them: `Service.HTTPS`, `Service.tcp(8443)`. Every name stands for nothing else than is there. */
export function serviceExpressions(services: readonly SuggestedService[]): string[] {
  const left = new Map(services.map((service) => [serviceKey(service), service]));
  const expressions: string[] = [];
  for (const [name, keys] of NAMED) {
    if (!keys.every((key) => left.has(key))) continue;
    keys.forEach((key) => left.delete(key));
    expressions.push(`Service.${name}`);
  }
  return [...expressions, ...[...left.values()].map(expression)];
}

function expression({ protocol, port }: SuggestedService): string {
  if (port === undefined || /^\d+$/.test(protocol)) return `Service.protocol(${NUMBERS[protocol] ?? Number(protocol)})`;
  return `Service.${protocol}(${port})`;
}

const NUMBERS: { readonly [protocol: string]: number } = { icmp: 1, tcp: 6, udp: 17, icmpv6: 58, sctp: 132 };
