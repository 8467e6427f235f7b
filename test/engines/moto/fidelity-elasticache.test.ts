import { Answer, describeWithEngines, Moto } from '../harness';

// https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateReplicationGroup.html
describeWithEngines(['moto'], 'ElastiCache on the strict moto', () => {
  let moto: Moto;

  beforeAll(async () => {
    moto = await Moto.start();
  });
  afterAll(() => moto?.stop());

  test('a replication group has as many member clusters as asked for, and each carries the security groups', async () => {
    const SecurityGroupIds = ['sg-0a', 'sg-0b'];
    await moto.aws.call('elasticache', 'create_replication_group', {
      ReplicationGroupId: 'cache', ReplicationGroupDescription: 'd', Engine: 'valkey', CacheNodeType: 'cache.t4g.micro', NumCacheClusters: 2, SecurityGroupIds,
    });

    const { ReplicationGroups: [{ MemberClusters: members }] } = await moto.aws.call('elasticache', 'describe_replication_groups');
    const { CacheClusters: clusters } = await moto.aws.call('elasticache', 'describe_cache_clusters');
    expect(members).toEqual(['cache-001', 'cache-002']);
    expect(clusters.map(({ CacheClusterId: id }: Answer) => id)).toEqual(members);
    for (const { Engine: engine, SecurityGroups: groups } of clusters) {
      expect(engine).toBe('valkey');
      expect(groups.map(({ SecurityGroupId: id }: Answer) => id)).toEqual(SecurityGroupIds);
    }
  });
});
