import { Option } from 'commander';
import { ServiceSet } from '../../algebra';
import { explain } from '../../analysis/explain';
import { questionOf } from '../../analysis/explain/ask';
import { explainJson, explainText } from '../../report/explain-report';
import { AddCommand, OutputOptions, put, withOutput } from '../command';
import { readGraphs } from '../input';
import { servicesOption } from '../services';

interface Options extends OutputOptions {
  readonly from: string;
  readonly to: string;
  readonly service?: ServiceSet;
}

/** `microseg explain DIR --from A --to B [--service tcp/5432]` */
export const addExplain: AddCommand = (program, { terminal, done }) => {
  withOutput(program.command('explain'))
    .description('tell whether a connection is allowed, by which flows at each end, and what to declare if it is not')
    .argument('<dir>', 'directory that holds segmentation.json, or such a file')
    .requiredOption('--from <peer>', 'client: workload, address, CIDR block, token or prefix list')
    .requiredOption('--to <peer>', 'server: the same')
    .addOption(new Option('--service <service>', 'such as tcp/5432; without it whatever is open counts').argParser(servicesOption))
    .action((directory: string, options: Options) => {
      const { graph, client, server } = questionOf(readGraphs(directory), options.from, options.to);
      const explanation = explain(graph, client, server, options.service);
      put(options.json ? explainJson(explanation) : explainText(explanation), options, terminal);
      done(explanation.verdict === 'allowed' ? 0 : 1);
    });
};
