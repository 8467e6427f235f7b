"""Corrections to moto, where it departs from EC2 and CloudFormation in ways that matter to security groups.

Each module patches moto when it is imported and names the AWS page behind every correction. Where AWS's behaviour
is undocumented and reports disagree, the answer that hurts the tested templates is taken, and the module says so.
"""

from . import cfn_associations, cfn_attachments, cfn_attributes, cfn_engine, cfn_types, ec2_groups, ec2_rules, elasticache_groups  # noqa: F401
