import { Outcome } from '../flow-record';

/*
 * What the columns of AWS VPC and transit gateway flow logs mean, for everybody who reads them: the parser of text and the SQL
 * that reads large files inside the database. Source: "Flow log records" in the Amazon VPC and Transit Gateway guides.
 */

/** Fields of version 2 in their order: the layout of text without a header line, such as CloudWatch messages. */
export const AWS_DEFAULT_LAYOUT: readonly string[] = [
  'version', 'account-id', 'interface-id', 'srcaddr', 'dstaddr', 'srcport', 'dstport', 'protocol', 'packets', 'bytes', 'start', 'end', 'action', 'log-status',
];

/** Every field of versions 2 to 11, without those that only a transit gateway writes. */
export const AWS_VPC_FIELDS: readonly string[] = [
  ...AWS_DEFAULT_LAYOUT,
  'vpc-id', 'subnet-id', 'instance-id', 'tcp-flags', 'type', 'pkt-srcaddr', 'pkt-dstaddr',
  'region', 'az-id', 'sublocation-type', 'sublocation-id',
  'pkt-src-aws-service', 'pkt-dst-aws-service', 'flow-direction', 'traffic-path',
  'ecs-cluster-arn', 'ecs-cluster-name', 'ecs-container-instance-arn', 'ecs-container-instance-id', 'ecs-container-id',
  'ecs-second-container-id', 'ecs-service-name', 'ecs-task-definition-arn', 'ecs-task-arn', 'ecs-task-id',
  'reject-reason', 'resource-id', 'encryption-status',
  'instance-tag', 'instance-tag-2', 'interface-tag', 'interface-tag-2', 'asg-tag', 'asg-tag-2', 'interface-type',
  'next-hop-interface-id', 'next-hop-subnet-id', 'next-hop-az-id', 'next-hop-vpc-id', 'next-hop-interface-type',
];

/** Stands in a column that does not apply, or was not computed. */
export const AWS_ABSENT = '-';

/** By `action`, in capitals. Any other value, or no such column: `unknown`. */
export const AWS_OUTCOMES: { readonly [action: string]: Outcome } = { ACCEPT: 'allowed', REJECT: 'denied' };

/**
 * Times are seconds since 1970. Records before this one are damaged: VPC flow logs exist since 2015, and documented samples
 * begin in November 2014.
 */
export const AWS_EARLIEST_SECONDS = 1_400_000_000;

/**
 * The `log-status` of a line that stands for records which AWS lost between `start` and `end`. Other lines are flows if they have
 * addresses; those without (NODATA: the interface was idle) tell of nothing that is missing.
 */
export const AWS_SKIPPED = 'SKIPDATA';

/**
 * Which columns of a file hold what, in the file's own spelling. Where several are named, the first that is not `-` counts:
 * behind NAT, load balancers and transit gateways `srcaddr` is the intermediate's address and `pkt-srcaddr` the true end's.
 */
export interface AwsColumns {
  readonly source: readonly string[];
  readonly destination: readonly string[];
  /** Present for protocols with ports; ICMP has 0 in both, which says nothing. */
  readonly sourcePort?: string;
  readonly destinationPort?: string;
  readonly protocol: string;
  readonly packets?: string;
  readonly bytes?: string;
  /** Seconds since 1970. */
  readonly start?: string;
  readonly end?: string;
  readonly action?: string;
  readonly status?: string;
  /** Sum of FIN 1, SYN 2, RST 4, PSH 8, ACK 16, of what the source sent; ACK is told only together with SYN. */
  readonly tcpFlags?: string;
  /** What saw the flow; without any, all lines of a file count as one sensor. */
  readonly sensor: readonly string[];
  /** Why it was rejected (`BPA`, `EC`); means something only where the action is REJECT. */
  readonly rejectReason?: string;
}

/** A column's name as AWS documents it: files of Security Lake and Parquet write underscores, some tools capitals. */
export function awsFieldName(column: string): string {
  return column.trim().toLowerCase().replace(/_/g, '-');
}

const KNOWN: ReadonlySet<string> = new Set(AWS_VPC_FIELDS);

/** Whether these are the columns of a VPC or transit gateway flow log: addresses, and mostly names that AWS gives. */
export function isAwsLayout(columns: readonly string[]): boolean {
  const names = new Set(columns.map(awsFieldName));
  if (!['srcaddr', 'dstaddr'].every((name) => names.has(name) || names.has(`pkt-${name}`))) return false;
  const known = [...names].filter((name) => KNOWN.has(name) || /^(tgw|packets-lost)-/.test(name));
  return known.length * 2 > names.size;
}

/** @returns undefined if the layout has no addresses or no protocol: then no line of it is evidence of any flow. */
export function awsColumns(columns: readonly string[]): AwsColumns | undefined {
  const spelling = new Map(columns.map((column) => [awsFieldName(column), column]));
  const present = (...names: string[]): string[] => names.flatMap((name) => spelling.get(name) ?? []);
  const protocol = spelling.get('protocol');
  if (!isAwsLayout(columns) || protocol === undefined) return undefined;
  return {
    source: present('pkt-srcaddr', 'srcaddr'),
    destination: present('pkt-dstaddr', 'dstaddr'),
    sourcePort: spelling.get('srcport'),
    destinationPort: spelling.get('dstport'),
    protocol,
    packets: spelling.get('packets'),
    bytes: spelling.get('bytes'),
    start: spelling.get('start'),
    end: spelling.get('end'),
    action: spelling.get('action'),
    status: spelling.get('log-status'),
    tcpFlags: spelling.get('tcp-flags'),
    sensor: present('interface-id', 'resource-id', 'tgw-attachment-id'),
    rejectReason: spelling.get('reject-reason'),
  };
}

/**
 * The same for network activity of OCSF (class 4001) as Security Lake stores VPC flow logs: paths into the nested columns.
 * `ip` is the true end already (`intermediate_ips` holds the others). Times are milliseconds since 1970; where `end_time` is
 * absent, `time` counts. `status_code` is AWS's `log-status`.
 */
export const OCSF_COLUMNS = {
  source: 'src_endpoint.ip',
  destination: 'dst_endpoint.ip',
  sourcePort: 'src_endpoint.port',
  destinationPort: 'dst_endpoint.port',
  protocol: 'connection_info.protocol_num',
  packets: 'traffic.packets',
  bytes: 'traffic.bytes',
  start: ['start_time', 'time'],
  end: ['end_time', 'time'],
  actionId: 'action_id',
  status: 'status_code',
  tcpFlags: 'connection_info.tcp_flags',
  sensor: ['src_endpoint.interface_uid', 'dst_endpoint.interface_uid'],
} as const;

/** By `action_id`. */
export const OCSF_OUTCOMES: { readonly [actionId: number]: Outcome } = { 1: 'allowed', 2: 'denied' };
