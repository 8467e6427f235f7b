"""Which security groups the nodes of a cache carry.

ElastiCache answers them for each member cluster of a replication group, and nowhere else. Stock moto names the members of
a replication group without making them, always one of them, and answers no security group of any cluster.
https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CacheCluster.html
https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateReplicationGroup.html
"""

import inspect

from moto.elasticache.models import CacheCluster, ElastiCacheBackend

_moto_create = ElastiCacheBackend.create_replication_group

# What is created when nobody names a version.
VERSIONS = {"valkey": "8.0.1", "redis": "7.1.0"}
SETTINGS = inspect.signature(ElastiCacheBackend.create_cache_cluster).parameters.keys() - {"self"}


def create_replication_group(self, **settings):
    if settings.get("num_cache_clusters"):
        settings = {**settings, "replicas_per_node_group": settings["num_cache_clusters"] - 1}
    group = _moto_create(self, **settings)
    shared = {name: settings.get(name) for name in SETTINGS}
    for member in group.member_clusters:
        # To moto, only Redis has what Valkey shares with it: one node a cluster, and a replication group.
        cluster = self.create_cache_cluster(**{**shared, "cache_cluster_id": member, "engine": "redis", "tags": None})
        cluster.engine, cluster.engine_version = group.engine, group.engine_version or VERSIONS[group.engine]
        cluster.at_rest_encryption_enabled = group.at_rest_encryption_enabled
    return group


ElastiCacheBackend.create_replication_group = create_replication_group
CacheCluster.security_groups = property(
    lambda self: [{"SecurityGroupId": group, "Status": "active"} for group in self.security_group_ids],
)
