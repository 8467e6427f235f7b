import { join } from 'path';
import { Option } from 'commander';
import { capabilityTables } from '../../analysis/capability-table';
import { verifyLive, verifyPlaced } from '../../analysis/verify';
import { capabilityText } from '../../report/capability-report';
import { verifyJson, verifySarif, verifyText } from '../../report/verify-report';
import { AddCommand, OutputOptions, put, withOutput } from '../command';
import { CAPABILITIES, readArtifacts, readLiveRuleSet, readManifests } from '../input';

interface Options extends OutputOptions {
  readonly sarif?: boolean;
  /** File with what a host enforces at this moment. */
  readonly live?: string;
}

/** `microseg verify DIR` */
export const addVerify: AddCommand = (program, { terminal, done }) => {
  withOutput(program.command('verify'))
    .description('prove that the artifacts admit exactly the flows of segmentation.json')
    .argument('<dir>', 'directory that holds segmentation.json and the artifacts: cdk.out, cdktf.out')
    .addOption(new Option('--sarif', 'print SARIF 2.1.0, as code scanning takes it').conflicts('json'))
    .option('--live <file>', 'judge a running host in place of the artifacts, by the output of `nft -j list ruleset` there')
    .action((directory: string, options: Options) => {
      const manifests = readManifests(directory);
      const artifacts = options.live === undefined ? readArtifacts(directory) : [readLiveRuleSet(options.live)];
      const result = options.live === undefined ? verifyPlaced(manifests, artifacts) : verifyLive(manifests, artifacts);
      const text = () => capabilityText(capabilityTables(manifests, artifacts, CAPABILITIES)) + verifyText(result);
      const sarif = () => verifySarif(result, (path) => join(directory, path));
      put(options.sarif ? sarif() : options.json ? verifyJson(result) : text(), options, terminal);
      done(result.ok ? 0 : 1);
    });
};
