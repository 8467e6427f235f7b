import { verifyPlaced } from '../../analysis/verify';
import { verifyJson, verifyText } from '../../report/verify-report';
import { AddCommand, OutputOptions, put, withOutput } from '../command';
import { readArtifacts, readManifests } from '../input';

/** `microseg verify DIR` */
export const addVerify: AddCommand = (program, { terminal, done }) => {
  withOutput(program.command('verify'))
    .description('prove that the artifacts admit exactly the flows of segmentation.json')
    .argument('<dir>', 'directory that holds segmentation.json and the artifacts: cdk.out, cdktf.out')
    .action((directory: string, options: OutputOptions) => {
      const result = verifyPlaced(readManifests(directory), readArtifacts(directory));
      put(options.json ? verifyJson(result) : verifyText(result), options, terminal);
      done(result.ok ? 0 : 1);
    });
};
