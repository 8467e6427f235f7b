import { Answer, Aws } from './aws';

/** What carries security groups, as the APIs answer it: the workload tag of each group, or its id where it has none. */
export interface Attachments {
  readonly [carrier: string]: readonly string[];
}

/** The groups on each network interface, by interface id. */
export async function readInterfaces(aws: Aws): Promise<Attachments> {
  const { NetworkInterfaces: interfaces } = await aws.call('ec2', 'describe_network_interfaces');
  return named(aws, interfaces.map((each: Answer) => [each.NetworkInterfaceId, each.Groups.map((group: Answer) => group.GroupId)]));
}

/** The groups on everything that brings interfaces of its own, which the simulator does not make: by service and name. */
export async function readServices(aws: Aws): Promise<Attachments> {
  const { LoadBalancers: balancers } = await aws.call('elbv2', 'describe_load_balancers');
  const { DBInstances: databases } = await aws.call('rds', 'describe_db_instances');
  const { CacheClusters: caches } = await aws.call('elasticache', 'describe_cache_clusters');
  const { Functions: functions } = await aws.call('lambda', 'list_functions');
  return named(aws, [
    ...balancers.map((each: Answer) => [`${each.Type} load balancer`, each.SecurityGroups]),
    ...databases.map((each: Answer) => [`database ${each.DBInstanceIdentifier}`, each.VpcSecurityGroups.map(({ VpcSecurityGroupId: id }: Answer) => id)]),
    ...caches.map((each: Answer) => [`cache ${each.CacheClusterId}`, each.SecurityGroups.map(({ SecurityGroupId: id }: Answer) => id)]),
    ...functions.map((each: Answer) => [`function ${each.FunctionName}`, each.VpcConfig.SecurityGroupIds]),
    ...(await containers(aws)).map((each) => [`containers ${each.serviceName}`, each.networkConfiguration.awsvpcConfiguration.securityGroups]),
  ] as [string, string[]][]);
}

async function containers(aws: Aws): Promise<Answer[]> {
  const { clusterArns } = await aws.call('ecs', 'list_clusters');
  const services = await Promise.all(clusterArns.map(async (cluster: string) => {
    const { serviceArns } = await aws.call('ecs', 'list_services', { cluster });
    return (await aws.call('ecs', 'describe_services', { cluster, services: serviceArns })).services;
  }));
  return services.flat();
}

async function named(aws: Aws, carriers: readonly [string, string[]][]): Promise<Attachments> {
  const { SecurityGroups: groups } = await aws.call('ec2', 'describe_security_groups');
  const workloads = new Map<string, string>(groups.flatMap(({ GroupId: id, Tags: tags }: Answer) => (
    (tags ?? []).filter(({ Key: key }: Answer) => key === 'microseg:workload').map(({ Value: value }: Answer) => [id, value]))));
  return Object.fromEntries(carriers.map(([carrier, ids]) => [carrier, ids.map((id) => workloads.get(id) ?? id).sort()]));
}
