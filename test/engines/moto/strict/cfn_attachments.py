"""Which security groups an interface, an instance and a load balancer of a template end up with.

Stock moto reads a property that neither of the first two types has (SecurityGroups), falls back to the VPC's default group,
leaves interfaces behind when their stack goes, and takes every load balancer for an application load balancer.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-networkinterface.html
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-instance.html
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-elasticloadbalancingv2-loadbalancer.html
"""

from moto.cloudformation.exceptions import ValidationError
from moto.ec2.models import ec2_backends
from moto.ec2.models.elastic_network_interfaces import NetworkInterface
from moto.ec2.models.instances import Instance
from moto.elbv2.models import FakeLoadBalancer, elbv2_backends

_moto_delete_interface = NetworkInterface.delete
_moto_delete_instance = Instance.delete
_moto_create_instance = Instance.create_from_cloudformation_json.__func__


def changed_only(cls, resource, properties, names):
    """Lets an update through that touches nothing but the named properties."""
    before = {key: value for key, value in resource.cfn_properties.items() if key not in names}
    if before != {key: value for key, value in properties.items() if key not in names}:
        raise ValidationError(message=f"moto cannot update {cls.cloudformation_type()} beyond {', '.join(names)}")
    resource.cfn_properties = properties


def create_interface(cls, resource_name, cloudformation_json, account_id, region_name, **kwargs):
    properties, backend = cloudformation_json["Properties"], ec2_backends[account_id][region_name]
    interface = backend.create_network_interface(
        backend.get_subnet(properties["SubnetId"]),
        properties.get("PrivateIpAddress"),
        group_ids=properties.get("GroupSet"),
        description=properties.get("Description"),
        tags={tag["Key"]: tag["Value"] for tag in properties.get("Tags", [])},
    )
    interface.cfn_properties = properties
    return interface


def update_interface(cls, original_resource, new_resource_name, cloudformation_json, account_id, region_name):
    properties = cloudformation_json["Properties"]
    changed_only(cls, original_resource, properties, ["GroupSet"])
    ec2_backends[account_id][region_name].modify_network_interface_attribute(original_resource.id, properties.get("GroupSet"))
    return original_resource


def groups_of_instance(properties):
    interfaces = properties.get("NetworkInterfaces") or [{}]
    return properties.get("SecurityGroupIds") or interfaces[0].get("GroupSet") or []


def create_instance(cls, resource_name, cloudformation_json, account_id, region_name, **kwargs):
    properties = cloudformation_json["Properties"]
    interface = (properties.get("NetworkInterfaces") or [{}])[0]
    understood = {"SubnetId": interface.get("SubnetId"), **properties, "SecurityGroups": groups_of_instance(properties)}
    instance = _moto_create_instance(cls, resource_name, {"Properties": understood}, account_id, region_name, **kwargs)
    instance.cfn_properties = properties
    return instance


def update_instance(cls, original_resource, new_resource_name, cloudformation_json, account_id, region_name):
    """Groups of an instance in a VPC change without interruption."""
    properties, backend = cloudformation_json["Properties"], ec2_backends[account_id][region_name]
    changed_only(cls, original_resource, properties, ["SecurityGroupIds"])
    # moto answers the groups of an instance's interface as the union of both, so both have to change.
    backend.modify_instance_security_groups(original_resource.id, groups_of_instance(properties))
    for interface in original_resource.nics.values():
        backend.modify_network_interface_attribute(interface.id, groups_of_instance(properties))
    return original_resource


def delete_instance(self, account_id, region_name):
    """The interfaces that came with an instance go with it."""
    _moto_delete_instance(self, account_id, region_name)
    for interface in self.nics.values():
        ec2_backends[account_id][region_name].enis.pop(interface.id, None)


def create_balancer(cls, resource_name, cloudformation_json, account_id, region_name, **kwargs):
    properties = cloudformation_json["Properties"]
    return elbv2_backends[account_id][region_name].create_load_balancer(
        resource_name,
        properties.get("SecurityGroups") or [],
        properties.get("Subnets"),
        scheme=properties.get("Scheme", "internet-facing"),
        loadbalancer_type=properties.get("Type"),
    )


FakeLoadBalancer.create_from_cloudformation_json = classmethod(create_balancer)
NetworkInterface.create_from_cloudformation_json = classmethod(create_interface)
NetworkInterface.update_from_cloudformation_json = classmethod(update_interface)
NetworkInterface.delete = lambda self, *place: _moto_delete_interface(self)
Instance.create_from_cloudformation_json = classmethod(create_instance)
Instance.update_from_cloudformation_json = classmethod(update_instance)
Instance.delete = delete_instance
