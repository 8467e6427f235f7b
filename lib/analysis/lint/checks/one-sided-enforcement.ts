import { GraphWorkload } from '../../policy-graph';
import { LintCheck } from '../check';

/** Workloads that block nothing although workloads at the other end of their flows do. */
export const oneSidedEnforcement: LintCheck = {
  code: 'MSEG5108',
  find: ({ graph }) => {
    const workloads = new Map(graph.workloads.map((workload) => [workload.id, workload]));
    const partners = new Map<GraphWorkload, Set<string>>();
    for (const { client, server } of graph.flows) {
      if (!('workload' in client) || !('workload' in server)) continue;
      const ends = [workloads.get(client.workload)!, workloads.get(server.workload)!];
      const strict = ends.filter(enforces);
      const lenient = ends.filter((end) => end.managed && !enforces(end));
      if (strict.length === 1 && lenient.length === 1) partners.set(lenient[0], (partners.get(lenient[0]) ?? new Set()).add(strict[0].id));
    }
    return [...partners].map(([{ id, path, mode, source, enforcementPoints = [] }, others]) => {
      const why = enforcementPoints.length === 0 ? 'no enforcement point protects it' : `its mode is ${mode}`;
      const message = `${id} blocks nothing (${why}), while ${[...others].sort().join(', ')} at the other end of its flows enforces`;
      return { path, source, subject: id, message };
    });
  },
};

function enforces({ managed, mode, enforcementPoints = [] }: GraphWorkload): boolean {
  return managed && mode === 'enforce' && enforcementPoints.length > 0;
}
