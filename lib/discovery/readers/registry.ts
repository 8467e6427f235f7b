import { argusReader } from './argus';
import { awsCloudwatchReader } from './aws-cloudwatch';
import { awsVpcReader } from './aws-vpc';
import { azureNsgReader, azureVnetReader } from './azure';
import { calicoReader } from './calico';
import { conntrackReader } from './conntrack';
import { gcpReader } from './gcp';
import { hubbleReader } from './hubble';
import { LogReader } from './log-reader';
import { nfdumpCsvReader, nfdumpJsonReader } from './nfdump';
import { ocsfReader } from './ocsf';
import { suricataReader } from './suricata';
import { ulogdReader } from './ulogd';
import { windowsEventReader, windowsFirewallReader } from './windows';
import { zeekReader } from './zeek';

/** Every format that is read, the more particular before those that would take their files too. */
export const LOG_READERS: readonly LogReader[] = [
  awsCloudwatchReader,
  ocsfReader,
  azureVnetReader,
  azureNsgReader,
  gcpReader,
  zeekReader,
  suricataReader,
  hubbleReader,
  calicoReader,
  ulogdReader,
  conntrackReader,
  windowsFirewallReader,
  windowsEventReader,
  nfdumpJsonReader,
  nfdumpCsvReader,
  argusReader,
  awsVpcReader,
];

export function readerOf(format: string): LogReader | undefined {
  return LOG_READERS.find((reader) => reader.format === format);
}

/** The reader whose format this text is the beginning of. */
export function recognize(beginning: string): LogReader | undefined {
  return LOG_READERS.find((reader) => reader.recognizes(beginning));
}
