import { awsCloudwatchReader } from './aws-cloudwatch';
import { awsVpcReader } from './aws-vpc';
import { azureNsgReader, azureVnetReader } from './azure';
import { gcpReader } from './gcp';
import { LogReader } from './log-reader';
import { ocsfReader } from './ocsf';

/** Every format that is read, the more particular before those that would take their files too. */
export const LOG_READERS: readonly LogReader[] = [
  awsCloudwatchReader,
  ocsfReader,
  azureVnetReader,
  azureNsgReader,
  gcpReader,
  awsVpcReader,
];

export function readerOf(format: string): LogReader | undefined {
  return LOG_READERS.find((reader) => reader.format === format);
}

/** The reader whose format this text is the beginning of. */
export function recognize(beginning: string): LogReader | undefined {
  return LOG_READERS.find((reader) => reader.recognizes(beginning));
}
