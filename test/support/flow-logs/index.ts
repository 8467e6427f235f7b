import { awsCloudwatch, awsCsv, awsCustom, awsDefault, awsWithoutHeader, ocsf } from './aws';
import { azureNsg, azureVnet, gcpFirewall, gcpFlows } from './clouds';
import { calico, conntrack, hubble, ulogd, windowsEvents, windowsFirewall } from './hosts';
import { argus, nfdumpCsv, nfdumpJson, suricata, zeekJson, zeekTsv } from './sensors';
import { Conversation } from './traffic';

export * from './random';
export * from './topology';
export * from './traffic';

/** A log format and how a log of it is written. */
export interface LogFormat {
  /** Of this layout of the format. */
  readonly name: string;
  /** The reader's. */
  readonly format: string;
  write(conversations: readonly Conversation[]): string;
  /** The log tells no attempt from a connection: a scan looks like traffic that was let through. */
  readonly silentOnFailure?: true;
  /** The log has the address of a gateway in place of the one behind it: the gateway looks like a client. */
  readonly blindToGateways?: true;
}

/** Every layout of every format that is read. */
export const LOG_FORMATS: readonly LogFormat[] = [
  { name: 'aws-default', format: 'aws-vpc', write: awsDefault, blindToGateways: true },
  { name: 'aws-without-header', format: 'aws-vpc', write: awsWithoutHeader, blindToGateways: true },
  { name: 'aws-custom', format: 'aws-vpc', write: awsCustom },
  { name: 'aws-csv', format: 'aws-vpc', write: awsCsv },
  { name: 'aws-cloudwatch', format: 'aws-cloudwatch', write: awsCloudwatch, blindToGateways: true },
  { name: 'ocsf', format: 'ocsf', write: ocsf },
  { name: 'azure-nsg', format: 'azure-nsg', write: azureNsg },
  { name: 'azure-vnet', format: 'azure-vnet', write: azureVnet },
  { name: 'gcp-flows', format: 'gcp', write: gcpFlows },
  { name: 'gcp-firewall', format: 'gcp', write: gcpFirewall, silentOnFailure: true },
  { name: 'zeek-tsv', format: 'zeek', write: zeekTsv },
  { name: 'zeek-json', format: 'zeek', write: zeekJson },
  { name: 'suricata', format: 'suricata', write: suricata },
  { name: 'nfdump-csv', format: 'nfdump-csv', write: nfdumpCsv },
  { name: 'nfdump-json', format: 'nfdump-json', write: nfdumpJson },
  { name: 'argus', format: 'argus', write: argus },
  { name: 'hubble', format: 'hubble', write: hubble },
  { name: 'calico', format: 'calico', write: calico },
  { name: 'ulogd', format: 'ulogd', write: ulogd },
  { name: 'conntrack', format: 'conntrack', write: conntrack },
  { name: 'windows-firewall', format: 'windows-firewall', write: windowsFirewall, silentOnFailure: true },
  { name: 'windows-events', format: 'windows-events', write: windowsEvents, silentOnFailure: true },
];
