import { ServiceSet } from '../../../algebra';
import { servicesOf } from '../../../compiler';
import { LintCheck } from '../check';

/** Services that a workload offers and no flow opens. */
export const unusedService: LintCheck = {
  code: 'MSEG5105',
  find: ({ graph }) => {
    const open = new Map<string, ServiceSet[]>();
    for (const { server, services } of graph.flows) {
      if (!('workload' in server)) continue;
      const known = open.get(server.workload);
      if (known) known.push(servicesOf(services));
      else open.set(server.workload, [servicesOf(services)]);
    }
    return graph.workloads.flatMap(({ id, path, services, source }) => {
      const used = ServiceSet.union(open.get(id) ?? []);
      return services.filter((service) => ServiceSet.fromRange(service).intersect(used).isEmpty()).map((service) => {
        const text = ServiceSet.fromRange(service).toString();
        return { path, source, subject: `${id} ${text}`, message: `${id} offers ${service.name} (${text}), and no flow opens it` };
      });
    });
  },
};
