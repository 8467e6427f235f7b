import { withProposals } from '../../discovery/grouping/propose';
import { dependencyMapJson, dependencyMapText } from '../../report/dependency-map-report';
import { AddCommand, OutputOptions, put, withOutput } from '../command';
import { LogOptions, withLogs, withTraffic } from '../logs';

/** `microseg discover LOGS…` */
export const addDiscover: AddCommand = (program, { terminal, done }) => {
  withOutput(withLogs(program.command('discover')))
    .description('learn from flow logs who uses which service of whom: a dependency map')
    .action(async (logs: string[], options: LogOptions & OutputOptions) => {
      const map = await withTraffic(logs, options, terminal, undefined, async ({ traffic, sources }) => (
        withProposals(await traffic.map(sources))));
      // A file is for the other commands, which read the map; people read the terminal.
      put(options.json || options.output !== undefined ? dependencyMapJson(map) : dependencyMapText(map), options, terminal);
      done(0);
    });
};
