/** What the catalogue says of one kind of problem. ERRORS.md is generated from it. */
export interface CatalogueEntry {
  readonly severity: 'error' | 'warning';
  readonly title: string;
  /** What to do about it. */
  readonly remedy: string;
}

const error = (title: string, remedy: string): CatalogueEntry => ({ severity: 'error', title, remedy });
const warning = (title: string, remedy: string): CatalogueEntry => ({ severity: 'warning', title, remedy });

/**
 * Every problem this library reports. An id is never reused and never changes its meaning.
 * 1xxx: what is declared. 2xxx: what the declarations mean together. 30xx, 31xx: AWS. 32xx: Azure. 33xx: Google Cloud. 34xx: several
 * platforms together. 4xxx: hosts. 5xxx: questions to a policy. 6xxx: observed traffic. 8xxx: files read. 9xxx: framework and packages.
 */
export const CATALOGUE = {
  MSEG1001: error('Invalid port', 'Use whole numbers from 0 to 65535, the lower one first.'),
  MSEG1002: error('Invalid protocol', 'Use Service.tcp, udp, sctp, icmp or icmpv6, or Service.protocol with an IANA number from 0 to 255.'),
  MSEG1003: error('Invalid ICMP type or code', 'Use whole numbers from 0 to 255; give a code only together with a type.'),
  MSEG1004: error('Invalid address or CIDR', 'Write an address or CIDR block in full, with all host bits zero, such as 10.0.0.0/8 or 2001:db8::/32.'),
  MSEG1005: error('Invalid label', 'Give each label a non-empty key and a non-empty value of at most 256 characters each.'),
  MSEG1006: error('Invalid id', 'Start with a letter; use letters, digits, hyphens, underscores and dots; at most 64 characters.'),
  MSEG1007: error('Duplicate id', 'Give every workload, segment, prefix list and token of a policy an id of its own.'),
  MSEG1008: error('Invalid expiry', 'Write the date as YYYY-MM-DD, or a date with time and zone in ISO 8601.'),
  MSEG1009: error('Flow without services', 'Name the services of the flow, or declare the services that the server offers.'),
  MSEG1010: error('Flow between no workloads', 'At least one end of a flow must be a workload, a segment or labels of the policy.'),
  MSEG1011: error('Peer of another policy', 'A flow connects peers of one policy; add the workload to this policy, or import it with addUnmanagedWorkload.'),
  MSEG1012: error('Deploy-time value without a name', 'Use Peer.token(name, value, family), or give the prefix list a name: an opaque value is compared by its name.'),
  MSEG1013: error('Invalid prefix list', 'Give the id of the list (pl-…), and the number of entries it may hold at most, from 1 to 1000.'),
  MSEG1014: error('Invalid invariant', 'Give blastRadiusAtMost a whole number of workloads, 0 or more.'),
  MSEG1015: error('Invalid selector', 'Select by at least one label, with non-empty values.'),
  MSEG1016: error('Service without content', 'Name at least one service in Service.of.'),
  MSEG1101: warning('Overlapping services', 'Both declarations are merged; remove the one that adds nothing, or correct its ports.'),

  MSEG2001: error('Expired flow', 'Remove the flow, renew its expiry, or set onExpiredFlow to WARN while it is being removed.'),
  MSEG2002: error('Unknown label key', 'No workload of the policy carries this label; correct the key, or label the workloads.'),
  MSEG2003: error('Flow crosses a ringfence', 'Set crossesRingfence on the flow if the crossing is meant, or take it out.'),
  MSEG2004: error('Conflicting enforcement modes', 'Set the mode on the workload itself, or make its segments agree.'),
  MSEG2005: error('Peer matches nothing', 'The exclusions remove every address; a flow to nobody is never opened to everybody. Correct the exclusions.'),
  MSEG2006: error('Invariant does not hold', 'Remove or narrow the flows named here, or change the invariant.'),
  MSEG2007: error('Service and address family never meet', 'ICMP is IPv4 only and ICMPv6 is IPv6 only; give each family the service that exists there.'),
  MSEG2101: warning('Expired flow', 'It is still open, because the policy asks for a warning only. Remove it or renew it.'),
  MSEG2102: warning('Empty segment', 'Nothing is admitted through it. Label the workloads that belong to it, or remove it.'),
  MSEG2103: warning('Redundant flow', 'Other flows admit all of it. Remove it, or narrow the others.'),
  MSEG2104: warning('Selector matches no workload', 'Nothing is admitted through it. Label the workloads that it should match.'),

  MSEG3001: error('Workload protected twice', 'Protect several resources of one workload in one protect call, or give each its own workload.'),
  MSEG3002: error('Workload of another policy', 'Protect workloads of the policy that the enforcement point was made for.'),
  MSEG3003: error('Unmanaged workload protected', 'Add it with addWorkload if this policy protects it.'),
  MSEG3004: error('Too many rules', 'Refer to addresses by prefix list, group ranges of ports or addresses, split the workload, or raise the quotas in limits.'),
  MSEG3005: error('Peer without address', 'Protect the peer by the same enforcement point, or declare its addresses, or name it by Peer.token.'),
  MSEG3006: error('Service not expressible', 'Security groups filter ports of TCP and UDP only; allow the whole protocol, or filter it on the host.'),
  MSEG3007: error('Another group undoes the policy', 'Narrow that group, detach it, or protect the resource with exclusive: true.'),
  MSEG3008: error('Group that cannot be read', 'Its rules are not part of this app, so nobody can tell what they admit. Detach it, or protect the resource with exclusive: true.'),
  MSEG3009: error('Nothing to attach to', 'Pass securityGroups(workload) to the resource itself, and call protect without it.'),
  MSEG3010: error('Invalid limits', 'Rules per group times groups per interface may be at most 1000, groups per interface at most 16.'),
  MSEG3011: error('Too many resources', 'Raise partitions or resourceBudget, or spread the workloads over several enforcement points in stacks of their own.'),
  MSEG3012: error('Network ranges unknown', 'Give the enforcement point monitorScope: the CIDR blocks of the network.'),
  MSEG3013: error('Policy changed too late', 'Declare workloads and flows before synthesis, or in an aspect that is visited before the enforcement point.'),
  MSEG3014: error('Protection undone', 'Something replaced the groups of the resource after protect; leave that property to the enforcement point.'),
  MSEG3015: error('Workload needs several groups', 'Pass securityGroupIds(workload) to the resource, or protect the resource itself.'),
  MSEG3101: warning('Workload never protected', 'Protect it at an enforcement point, or add it with addUnmanagedWorkload.'),
  MSEG3103: warning('No flow logs', 'Nothing will show what enforcement would block. Add FlowLogs for the VPC, or VnetFlowLogs for the virtual network.'),
  MSEG3104: warning('Split into nested stacks', 'Set partitions to the number named here: a later change of it replaces security groups.'),

  MSEG3201: error('Too many rules for Azure', 'Open the same services to the same peers, refer to peers by workload, split the workload, or raise rulesPerGroup in limits.'),
  MSEG3202: error('Too many addresses for Azure', 'Use wider blocks or service tags, protect peers on network interfaces here, split the workload, or raise addressesPerGroup in limits.'),
  MSEG3203: error('Too many application security groups', 'Join workloads that play one part, name peers by address, split the workload, or raise the quota in limits.'),
  MSEG3204: error('Service not expressible on Azure', 'Network security groups filter TCP and UDP by port, and ICMP, ESP and AH as a whole; allow all protocols, or filter on the host.'),
  MSEG3205: error('Peer without address on Azure', 'Protect the peer on network interfaces here, declare its addresses, or give peerAddresses for it.'),
  MSEG3206: error('Invalid limits for Azure', 'Give whole numbers of at least 1, and at most 3990 rules per group, which is how many priorities there are.'),
  MSEG3207: error('Ids known at deploy time only', 'Give the id of each network interface and subnet by itself, or make the associations yourself: networkSecurityGroupId and applicationSecurityGroupId.'),
  MSEG3208: error('Network interface or subnet of two workloads', 'It carries one network security group. Give each workload interfaces of its own, and a subnet only if it holds nothing else.'),

  MSEG3301: error('Too many VPC firewall rules', 'Give flows of a workload the same services, use secure tags (a policy has no such quota), or raise the quota of the project and firewallRulesPerProject.'),
  MSEG3302: error('Too many rule attributes', 'Declare adjacent addresses and ports, so that they are one range, name peers by address groups, or raise the quota of the policy and attributesPerPolicy.'),
  MSEG3303: error('Too many tags on a machine', 'Take other tags off the machines of the workload, or know them by another identity.'),
  MSEG3304: error('Peer without address on Google Cloud', 'Declare the addresses of the peer, or give the enforcement point peerAddresses for it; a rule cannot match the identity of a destination.'),
  MSEG3305: error('Service not expressible on Google Cloud', 'Firewall rules filter ports of TCP, UDP and SCTP, and ICMP as a whole; allow the whole protocol, or filter it on the host.'),
  MSEG3307: error('Address group in VPC firewall rules', 'Only network firewall policies match address groups: know the workloads by secure tags, or name the addresses.'),
  MSEG3308: error('Invalid limits for Google Cloud', 'Use whole numbers from 1 up to what Google Cloud allows; the defaults are in GOOGLE_DEFAULT_LIMITS.'),
  MSEG3309: error('Invalid identity on Google Cloud', 'Give tagValues/ with the number of the secure tag, a network tag (lower-case letters, digits, hyphens), or the e-mail address of a service account.'),
  MSEG3310: error('Identity of two workloads', 'Give each workload a tag or service account of its own: rules for one would apply to the other.'),
  MSEG3311: error('Identity unknown on Google Cloud', 'Give protect the secureTag, networkTag or serviceAccount by which the enforcement point knows workloads; to have secure tags made, give the network as projects/…/global/networks/….'),

  MSEG3401: error('Peer of another platform', 'A prefix list exists on AWS, a service tag on Azure, an address group on Google Cloud. Name the peer there by Peer.cidr or Peer.token.'),
  MSEG3402: error('Overlapping address space', 'A rule would admit both. Renumber one of them, or declare the addresses under which the workload is seen from other networks.'),
  MSEG3403: error('Known address given as peer address', 'Declare known addresses on the workload itself, where every platform and every check sees them.'),

  MSEG4001: error('Peer without address on a host', 'Declare the addresses of the peer, or give the enforcement point peerAddresses for it: a host knows its peers by address only.'),
  MSEG4002: error('Invalid netfilter log', 'Use a group from 0 to 65535 that nothing else on the hosts listens to, and a rate and burst of at least 1.'),
  MSEG4003: error('Invalid management access', 'Give an address or CIDR block in full and a TCP port from 1 to 65535.'),
  MSEG4004: error('Invalid container interface', 'Name the bridge or interface behind which the containers are, such as docker0, or br-* for all that begin alike; at most 15 characters.'),
  MSEG4005: error('Invalid limits for Linux hosts', 'Use a whole number of elements, 1 or more.'),
  MSEG4006: error('Too many set elements', 'Declare adjacent addresses and ports, so that they are one range, split the workload, or raise elements in limits to what the hosts have memory for.'),
  MSEG4007: error('Unusable deploy-time value', 'Give a token of the framework for an address or CIDR block, with nothing beside it but digits of an address.'),
  MSEG4020: error('New rules would be kept unseen', 'Give the bundle a probe, or confirmSeconds above 0: rules that cut the host off must be taken back.'),
  MSEG4021: error('Invalid bundle setting', 'Wait from 0 to 86400 seconds; probe a host name or address and a port from 1 to 65535, or by a command of at most 1000 characters on one line.'),
  MSEG4030: error('No deployment to fill in addresses', 'Give these peers literal addresses: files that are written without a framework hold no deploy-time values.'),
  MSEG4031: error('Invalid bundle delivery', 'Name the bucket as S3 does, start keys with at most five plain names and slashes between them, and give a key by its ARN.'),
  MSEG4032: error('Invalid bundle URL', 'Give an https:// or s3:// address without quotes and spaces.'),
  MSEG4033: error('User data too long', 'Use userDataBase64, have the hosts fetch the bundle, or raise maxBytes where the cloud takes more.'),
  MSEG4034: error('No delivery by Systems Manager', 'Give LinuxHostAgents a delivery: LinuxDelivery.systemsManager({ bucket }).'),
  MSEG4080: error('Directory of another enforcement point', 'Give each enforcement point a directory of its own, or empty this one: its segmentation.json would be lost.'),

  MSEG5001: error('Unknown workload', 'Name a workload by its id, by policy/id, or by its construct path, as segmentation.json has it.'),
  MSEG5002: error('Ambiguous workload', 'Several policies have a workload of this id; name it as policy/id, or by its construct path.'),
  MSEG5003: error('Nothing to explain', 'Ask about a connection of which at least one end is a workload that the policy protects.'),
  MSEG5004: error('Unreadable acknowledgements', 'Write {"acknowledgements": [{"check", "path", "reason"}]}, each with a reason, as schema/acknowledgements.schema.json says.'),
  MSEG5010: error('Flow past its expiry', 'Remove the flow, or renew its expiry with whoever answers for it.'),
  MSEG5020: error('Access that nobody declared', 'Remove the rule that admits it, or declare the flow.'),
  MSEG5021: error('Declared access that is missing', 'Synthesize again; if it stays, something changed the rules after they were made.'),
  MSEG5030: error('Unreadable map', 'Name a JSON document that holds a map of observed traffic, and give --replay one that holds the result of a replay.'),
  MSEG5031: error('Unknown grouping', 'Group by a label that some workload has, or by segment, policy or none.'),
  MSEG5050: error('Unknown check', 'Name the code of a check of microseg lint; docs/lint.md has them all.'),
  MSEG5051: error('Acknowledgement without a reason', 'Say why what is found is meant: reviewers read it.'),
  MSEG5052: error('Acknowledgement outside of the policy', 'Acknowledge on the policy itself, or on a workload or segment of it.'),
  MSEG5101: warning('Shadowed flow', 'A wider flow admits all of it. Remove it, or narrow the wider one.'),
  MSEG5102: warning('Flow covered by others', 'Other flows together admit all of it. Remove it, or narrow the others.'),
  MSEG5103: warning('Broad peer', 'Name the workloads, or the blocks that they are in; acknowledge what has to be open to everybody.'),
  MSEG5104: warning('Broad services', 'Name the ports that the server listens on; acknowledge a service that needs them all.'),
  MSEG5105: warning('Unused service', 'Remove the service, or declare the flow to it.'),
  MSEG5106: warning('Flow expires soon', 'Renew it with whoever answers for it, or plan its removal.'),
  MSEG5107: warning('Missing justification', 'Say why the flow is needed; it stands in rule descriptions and reports.'),
  MSEG5108: warning('One-sided enforcement', 'Protect the workload and set its mode to ENFORCE: until then one mistake at the other end opens it.'),
  MSEG5109: warning('Unprotected workload', 'Protect it at an enforcement point, or add it with addUnmanagedWorkload.'),
  MSEG5110: warning('Acknowledgement of nothing', 'Remove it: what it was about is gone, or its path or subject is misspelt.'),
  MSEG5111: warning('Acknowledgement past its expiry', 'Look at the finding again: put it right, or renew the acknowledgement.'),

  MSEG6001: error('No such log', 'Name files, directories, patterns such as logs/**/*.gz, or - for standard input.'),
  MSEG6002: error('Unknown log format', 'Name the format with --format, or leave the file out; docs/flow-logs.md lists the formats and how to get such logs.'),
  MSEG6003: error('No such format', 'Use one of the names that the message lists.'),
  MSEG6020: error('Aggregation engine missing', 'Install it beside this package: npm install @duckdb/node-api. Or aggregate on a server: --engine clickhouse --url.'),
  MSEG6021: error('ClickHouse refused', 'Check the URL of its HTTP interface, user and password in it, and the rights to create and drop tables in its database.'),
  MSEG6022: error('Table without flow logs', 'Name a table of ClickHouse, or s3(…), url(…) or file(…), with the columns of VPC flow logs: srcaddr, dstaddr, srcport, dstport, protocol, start, end.'),
  MSEG6023: error('Nothing to discover from', 'Name log files or directories, or a table with --engine clickhouse --table.'),
  MSEG6040: error('Unreadable inventory', 'Name a CSV with the columns address and workload, segmentation.json, Terraform state, a list of Kubernetes, AWS, Azure or Google Cloud in JSON, or {"workloads": [{"id", "addresses"}]}.'),
  MSEG6041: error('Unreadable dependency map', 'Name the file that microseg discover --output wrote.'),
  MSEG6042: error('Several policies', 'Name the one that the suggestion is for with --only, by its id or construct path.'),
  MSEG6101: warning('Rejected line', 'Look at the line: it is cut, damaged, or of another format than the file. Everything else of the file is used.'),
  MSEG6140: warning('Damaged row of an inventory', 'The row was left out, and its addresses count as unknown. Correct it.'),
  MSEG6141: warning('Contradiction in the inventory', 'What comes first counts. Correct the other one, or give both a time (from, to) if the address moved.'),

  MSEG8001: error('Unreadable manifest', 'Synthesize again with a version that writes schema version 1, and name the directory that holds segmentation.json.'),
  MSEG8002: error('Unreadable artifact', 'Synthesize again; an artifact that cannot be read cannot be verified.'),
  MSEG8003: error('No artifact', 'Name the directory that holds segmentation.json together with the templates or cdk.tf.json files.'),
  MSEG8004: error('Artifact beyond the reader', 'The expression cannot be evaluated from the artifact alone, so nobody can tell what it admits. Write it out, or remove it.'),
  MSEG8005: error('Output not written', 'Name a file in a directory that may be written to.'),

  MSEG9001: error('Package missing', 'Install the package named here.'),
  MSEG9002: error('Wrong scope', 'Create the construct inside a stack of the framework named here.'),
  MSEG9030: error('Output that cannot be judged', 'Synthesize JSON (hclOutput: false), and leave validation on (skipValidation: false).'),
} as const satisfies Record<string, CatalogueEntry>;

/** Stable id of a problem. */
export type ProblemCode = keyof typeof CATALOGUE;
