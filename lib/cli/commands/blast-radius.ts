import { blastRadiusOf } from '../../analysis/blast-radius';
import { attackPaths } from '../../analysis/blast-radius/paths';
import { findWorkload } from '../../analysis/policies';
import { ManifestGraph } from '../../analysis/policy-graph';
import { blastRadiusJson, blastRadiusText, WorkloadFocus } from '../../report/blast-radius-report';
import { AddCommand, OutputOptions, put, withOutput } from '../command';
import { readGraphs } from '../input';

interface Options extends OutputOptions {
  readonly workload?: string;
}

/** `microseg blast-radius DIR [--workload W]` */
export const addBlastRadius: AddCommand = (program, { terminal, done }) => {
  withOutput(program.command('blast-radius'))
    .description('tell what a breach of each workload reaches, in the flat network and under the policy')
    .argument('<dir>', 'directory that holds segmentation.json, or such a file')
    .option('--workload <id>', 'only this workload, with a shortest way to each that it reaches')
    .action((directory: string, options: Options) => {
      const graphs = readGraphs(directory);
      const focus = options.workload === undefined ? undefined : focusOn(graphs, options.workload);
      const report = blastRadiusOf(graphs);
      put(options.json ? blastRadiusJson(report, focus) : blastRadiusText(report, focus), options, terminal);
      done(0);
    });
};

function focusOn(graphs: readonly ManifestGraph[], name: string): WorkloadFocus {
  const { graph, id, path } = findWorkload(graphs, name);
  return { path, paths: attackPaths(graph, id) };
}
