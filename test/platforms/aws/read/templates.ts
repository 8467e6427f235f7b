type Json = unknown;

export const MATCH_NOTHING = { CidrIp: '255.255.255.255/32', IpProtocol: 'icmp', FromPort: 252, ToPort: 86, Description: 'Disallow all traffic' };
export const tcp = (port: number, peer: object) => ({ IpProtocol: 'tcp', FromPort: port, ToPort: port, ...peer });
export const ref = (id: string) => ({ Ref: id });
export const idOf = (id: string) => ({ 'Fn::GetAtt': [id, 'GroupId'] });

export function tags(workload: string, role = 'attached', policy = 'P'): Json[] {
  return Object.entries({ policy, workload, role, shard: '1/1' }).map(([key, value]) => ({ Key: `microseg:${key}`, Value: value }));
}

export function group(properties: { [name: string]: Json } = {}): Json {
  return { Type: 'AWS::EC2::SecurityGroup', Properties: { GroupDescription: 'x', VpcId: 'vpc-1', SecurityGroupEgress: [MATCH_NOTHING], ...properties } };
}

/** A group of a workload of policy P that lets nothing out unless it says so. */
export function owned(workload: string, properties: { [name: string]: Json } = {}): Json {
  return group({ Tags: tags(workload), ...properties });
}

export function rule(end: 'Ingress' | 'Egress', properties: { [name: string]: Json }): Json {
  return { Type: `AWS::EC2::SecurityGroup${end}`, Properties: properties };
}

export function instance(...groups: Json[]): Json {
  return { Type: 'AWS::EC2::Instance', Properties: { SecurityGroupIds: groups } };
}
