/** Where a resource type keeps the ids of its security groups. */
export interface AttachmentPoint {
  /**
   * Paths below the resource's properties; the first that leads somewhere holds the groups. `[]` stands for every
   * element of a list. A path of one step always leads somewhere: the list is made where it is missing.
   */
  readonly lists: readonly string[];
  /** A list of group *names* beside it. Nobody can tell from a name what the group admits. */
  readonly names?: string;
  /** Property and the only values of it with which the resource takes groups at all; `undefined` stands for absent. */
  readonly only?: { readonly property: string; readonly values: readonly (string | undefined)[] };
}

const at = (...lists: string[]): AttachmentPoint => ({ lists });

/**
 * The resource types that can be protected. Names are those of the L1 properties; they are compared without regard to case,
 * because templates write some of them differently (`VPCOptions`).
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/
 */
export const ATTACHMENT_POINTS: { readonly [cfnType: string]: AttachmentPoint } = {
  'AWS::AmazonMQ::Broker': at('securityGroups'),
  'AWS::ApiGatewayV2::VpcLink': at('securityGroupIds'),
  'AWS::AppRunner::VpcConnector': at('securityGroups'),
  'AWS::AutoScaling::LaunchConfiguration': at('securityGroups'),
  'AWS::Batch::ComputeEnvironment': at('computeResources.securityGroupIds'),
  'AWS::CodeBuild::Project': at('vpcConfig.securityGroupIds'),
  'AWS::DAX::Cluster': at('securityGroupIds'),
  'AWS::DMS::ReplicationInstance': at('vpcSecurityGroupIds'),
  'AWS::DocDB::DBCluster': at('vpcSecurityGroupIds'),
  'AWS::DocDBElastic::Cluster': at('vpcSecurityGroupIds'),
  'AWS::EC2::ClientVpnEndpoint': at('securityGroupIds'),
  'AWS::EC2::Instance': { lists: ['networkInterfaces[].groupSet', 'securityGroupIds'], names: 'securityGroups' },
  'AWS::EC2::InstanceConnectEndpoint': at('securityGroupIds'),
  'AWS::EC2::LaunchTemplate': {
    lists: ['launchTemplateData.networkInterfaces[].groups', 'launchTemplateData.securityGroupIds'],
    names: 'launchTemplateData.securityGroups',
  },
  'AWS::EC2::NetworkInterface': at('groupSet'),
  // Gateway endpoints have routes, not interfaces, and an endpoint without a type is one of them.
  'AWS::EC2::VPCEndpoint': { lists: ['securityGroupIds'], only: { property: 'vpcEndpointType', values: ['Interface'] } },
  'AWS::ECS::Service': at('networkConfiguration.awsvpcConfiguration.securityGroups'),
  'AWS::ECS::TaskSet': at('networkConfiguration.awsVpcConfiguration.securityGroups'),
  'AWS::EFS::MountTarget': at('securityGroups'),
  'AWS::EKS::Cluster': at('resourcesVpcConfig.securityGroupIds'),
  'AWS::ElastiCache::CacheCluster': { lists: ['vpcSecurityGroupIds'], names: 'cacheSecurityGroupNames' },
  'AWS::ElastiCache::ReplicationGroup': { lists: ['securityGroupIds'], names: 'cacheSecurityGroupNames' },
  'AWS::ElastiCache::ServerlessCache': at('securityGroupIds'),
  'AWS::ElasticLoadBalancing::LoadBalancer': at('securityGroups'),
  'AWS::ElasticLoadBalancingV2::LoadBalancer': {
    lists: ['securityGroups'],
    only: { property: 'type', values: [undefined, 'application', 'network'] },
  },
  'AWS::Elasticsearch::Domain': at('vpcOptions.securityGroupIds'),
  'AWS::EMRServerless::Application': at('networkConfiguration.securityGroupIds'),
  'AWS::FSx::FileSystem': at('securityGroupIds'),
  'AWS::Glue::DevEndpoint': at('securityGroupIds'),
  'AWS::ImageBuilder::InfrastructureConfiguration': at('securityGroupIds'),
  'AWS::KafkaConnect::Connector': at('kafkaCluster.apacheKafkaCluster.vpc.securityGroups'),
  'AWS::Lambda::Function': at('vpcConfig.securityGroupIds'),
  'AWS::MemoryDB::Cluster': at('securityGroupIds'),
  'AWS::MSK::Cluster': at('brokerNodeGroupInfo.securityGroups'),
  'AWS::MSK::ServerlessCluster': at('vpcConfigs[].securityGroups'),
  'AWS::MSK::VpcConnection': at('securityGroups'),
  'AWS::MWAA::Environment': at('networkConfiguration.securityGroupIds'),
  'AWS::Neptune::DBCluster': at('vpcSecurityGroupIds'),
  'AWS::OpenSearchServerless::VpcEndpoint': at('securityGroupIds'),
  'AWS::OpenSearchService::Domain': at('vpcOptions.securityGroupIds'),
  'AWS::RDS::DBCluster': at('vpcSecurityGroupIds'),
  // The groups of a cluster's member are those of its cluster.
  'AWS::RDS::DBInstance': { lists: ['vpcSecurityGroups'], names: 'dbSecurityGroups', only: { property: 'dbClusterIdentifier', values: [undefined] } },
  'AWS::RDS::DBProxy': at('vpcSecurityGroupIds'),
  'AWS::RDS::DBProxyEndpoint': at('vpcSecurityGroupIds'),
  'AWS::Redshift::Cluster': { lists: ['vpcSecurityGroupIds'], names: 'clusterSecurityGroups' },
  'AWS::Redshift::EndpointAccess': at('vpcSecurityGroupIds'),
  'AWS::RedshiftServerless::Workgroup': at('securityGroupIds'),
  'AWS::Route53Resolver::ResolverEndpoint': at('securityGroupIds'),
  'AWS::SageMaker::Model': at('vpcConfig.securityGroupIds'),
  'AWS::SageMaker::NotebookInstance': at('securityGroupIds'),
  'AWS::Synthetics::Canary': at('vpcConfig.securityGroupIds'),
  'AWS::Timestream::InfluxDBInstance': at('vpcSecurityGroupIds'),
  'AWS::Transfer::Server': at('endpointDetails.securityGroupIds'),
  'AWS::VpcLattice::ResourceGateway': at('securityGroupIds'),
};
