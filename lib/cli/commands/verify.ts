import { capabilityTables } from '../../analysis/capability-table';
import { verifyPlaced } from '../../analysis/verify';
import { capabilityText } from '../../report/capability-report';
import { verifyJson, verifyText } from '../../report/verify-report';
import { AddCommand, OutputOptions, put, withOutput } from '../command';
import { CAPABILITIES, readArtifacts, readManifests } from '../input';

/** `microseg verify DIR` */
export const addVerify: AddCommand = (program, { terminal, done }) => {
  withOutput(program.command('verify'))
    .description('prove that the artifacts admit exactly the flows of segmentation.json')
    .argument('<dir>', 'directory that holds segmentation.json and the artifacts: cdk.out, cdktf.out')
    .action((directory: string, options: OutputOptions) => {
      const [manifests, artifacts] = [readManifests(directory), readArtifacts(directory)];
      const result = verifyPlaced(manifests, artifacts);
      const text = () => capabilityText(capabilityTables(manifests, artifacts, CAPABILITIES)) + verifyText(result);
      put(options.json ? verifyJson(result) : text(), options, terminal);
      done(result.ok ? 0 : 1);
    });
};
