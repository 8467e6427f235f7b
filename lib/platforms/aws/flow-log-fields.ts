/**
 * Fields of the flow logs that this library sets up, in the order in which they are written: what discovery needs to tell
 * who opened a connection to whom, and no more. The default format lacks what decides that.
 *
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html
 */
export const FLOW_LOG_FIELDS: readonly string[] = [
  // The default format, in its own order: readers that know nothing else still understand the start of each line.
  'version', 'account-id', 'interface-id', 'srcaddr', 'dstaddr', 'srcport', 'dstport', 'protocol', 'packets', 'bytes', 'start', 'end', 'action', 'log-status',
  // Where the interface is.
  'vpc-id', 'subnet-id', 'instance-id',
  // SYN without ACK shows the client; it is the only sign of direction in the log.
  'tcp-flags', 'type',
  // The real ends, where the interface belongs to a gateway or load balancer between them.
  'pkt-srcaddr', 'pkt-dstaddr', 'pkt-src-aws-service', 'pkt-dst-aws-service',
  // Relative to the interface, not to the connection.
  'flow-direction', 'traffic-path',
];

/** Shortest aggregation that AWS offers: in ten minutes the flags of many connections run into one. */
export const FLOW_LOG_AGGREGATION_SECONDS = 60;

/** Accepted traffic shows what is needed, rejected traffic what is blocked. */
export const FLOW_LOG_TRAFFIC = 'ALL';

/** How the flow log service calls itself where it asks for a role or writes to a bucket. */
export const FLOW_LOG_SERVICES = { logs: 'vpc-flow-logs.amazonaws.com', s3: 'delivery.logs.amazonaws.com' } as const;

/** What the role of a flow log may do with its one log group, and no other. */
export const FLOW_LOG_ROLE_ACTIONS: readonly string[] = ['logs:CreateLogStream', 'logs:PutLogEvents', 'logs:DescribeLogStreams'];

/** The custom format: `${version} ${account-id} …`. */
export function flowLogFormat(): string {
  return FLOW_LOG_FIELDS.map((field) => `\${${field}}`).join(' ');
}
