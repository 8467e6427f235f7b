import { Option } from 'commander';
import { inventoryOfPolicies } from '../../discovery/inventory/policy-inventory';
import { replay } from '../../discovery/replay/replay';
import { blocksWantedTraffic } from '../../discovery/replay/replay-result';
import { replayJson, replayMarkdown, replayText } from '../../report/replay-report';
import { AddCommand, OutputOptions, put, withOutput } from '../command';
import { readPolicies } from '../input';
import { LogOptions, withLogs, withTraffic } from '../logs';

interface Options extends OutputOptions, LogOptions {
  readonly policy: string;
  readonly markdown?: boolean;
}

/** `microseg replay LOGS… --policy DIR` */
export const addReplay: AddCommand = (program, { terminal, done }) => {
  withOutput(withLogs(program.command('replay')))
    .description('hold recorded traffic against a policy: what it would block, before it is enforced')
    .requiredOption('--policy <dir>', 'directory that holds segmentation.json, or such a file')
    .addOption(new Option('--markdown', 'print Markdown, for a weekly report or a comment').conflicts('json'))
    .action(async (logs: string[], options: Options) => {
      const policies = readPolicies(options.policy);
      const result = await withTraffic(logs, options, terminal, inventoryOfPolicies(policies), ({ traffic }) => (
        replay({ records: traffic.records, edges: traffic.edges() }, policies)));
      const text = () => (options.markdown ? replayMarkdown(result, policies) : replayText(result, policies));
      put(options.json ? replayJson(result) : text(), options, terminal);
      done(blocksWantedTraffic(result) ? 1 : 0);
    });
};
