"""Attributes of resources that CloudFormation answers, and stock moto does not.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-subnet.html
"""

from moto.ec2.models.subnets import Subnet

_moto_has, _moto_get = Subnet.has_cfn_attr, Subnet.get_cfn_attribute

Subnet.has_cfn_attr = classmethod(lambda cls, attr: attr == "CidrBlock" or _moto_has(attr))
Subnet.get_cfn_attribute = lambda self, attr: self.cidr_block if attr == "CidrBlock" else _moto_get(self, attr)
