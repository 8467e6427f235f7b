"""CloudFormation resource types of security groups: created, updated and deleted as their reference pages say.

Stock moto skips AWS::EC2::SecurityGroupEgress and AWS::EC2::PrefixList without a word, drops IPv6, prefix lists and
descriptions of inline rules, and updates a group by deleting it.
"""

import os

import moto.cloudformation.parsing as parsing
from moto.cloudformation.exceptions import ValidationError
from moto.cloudformation.models import Stack, cloudformation_backends
from moto.cloudformation.utils import get_stack_from_s3_url
from moto.core.common_models import CloudFormationModel
from moto.ec2.models import ec2_backends
from moto.ec2.models import security_groups as sg

from .ec2_rules import traffic


def rule_of(backend, group, properties, egress):
    """The rule that the properties of an inline entry or a rule resource describe."""
    side = "Destination" if egress else "Source"
    note = {"Description": properties["Description"]} if properties.get("Description") else {}
    ranges = [{key: properties[key], **note} for key in ("CidrIp", "CidrIpv6") if properties.get(key)]
    groups = [{"GroupId": properties[side + "SecurityGroupId"], **note}] if properties.get(side + "SecurityGroupId") else []
    lists = [{"PrefixListId": properties[side + "PrefixListId"], **note}] if properties.get(side + "PrefixListId") else []
    if len(ranges) + len(groups) + len(lists) != 1:
        raise ValidationError(message=f"A rule needs exactly one source or destination: {properties}")
    ports = (properties.get("FromPort"), properties.get("ToPort"))
    peers = backend._add_source_group(groups, group.vpc_id)
    return next(backend._iterate_security_rules(properties["IpProtocol"], group.id, *ports, ranges, peers, lists, is_egress=egress))


def add_rule(group, rule):
    (group.add_egress_rule if rule.is_egress else group.add_ingress_rule)(rule)
    return rule


def drop_rules(group, doomed):
    ids = {rule.id for rule in doomed}
    group.ingress_rules = [rule for rule in group.ingress_rules if rule.id not in ids]
    group.egress_rules = [rule for rule in group.egress_rules if rule.id not in ids]


def is_allow_all(rule):
    return rule.ip_protocol == "-1" and (rule.ip_range.get("CidrIp") == "0.0.0.0/0" or rule.ip_range.get("CidrIpv6") == "::/0")


def tags_of(properties):
    return {tag["Key"]: tag["Value"] for tag in properties.get("Tags", [])}


# ---- AWS::EC2::SecurityGroup
# https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-securitygroup.html


def create_group(cls, resource_name, cloudformation_json, account_id, region_name, **kwargs):
    properties, backend = cloudformation_json["Properties"], ec2_backends[account_id][region_name]
    group = backend.create_security_group(resource_name, properties.get("GroupDescription"), properties.get("VpcId"))
    group.add_tags(tags_of(properties))
    group.cfn_replacing = replacing(properties)
    group.cfn_inline = []
    apply_inline(backend, group, properties)
    return group


def update_group(cls, original_resource, new_resource_name, cloudformation_json, account_id, region_name):
    """Rules and tags change without interruption. A replacement would leave stale ids elsewhere: refused, not faked."""
    properties, group = cloudformation_json["Properties"], original_resource
    if replacing(properties) != group.cfn_replacing:
        raise ValidationError(message=f"Changing name, description or VPC of {group.name} replaces the group, which is not modelled here.")
    for key in set(group.cfn_tags) - set(tags_of(properties)):
        group.ec2_backend.delete_tags([group.id], {key: None})
    group.add_tags(tags_of(properties))
    group.cfn_tags = tags_of(properties)
    apply_inline(ec2_backends[account_id][region_name], group, properties)
    return group


def replacing(properties):
    return {key: properties.get(key) for key in ("GroupName", "GroupDescription", "VpcId")}


def apply_inline(backend, group, properties):
    group.cfn_tags = tags_of(properties)
    declared = [(entry, False) for entry in properties.get("SecurityGroupIngress") or []]
    declared += [(entry, True) for entry in properties.get("SecurityGroupEgress") or []]
    wanted = [rule_of(backend, group, entry, egress) for entry, egress in declared]
    had_egress = any(rule.is_egress for rule in group.cfn_inline)
    has_egress = any(rule.is_egress for rule in wanted)
    if has_egress and not had_egress:
        # Inline egress takes the place of the rule that EC2 adds to every new group.
        drop_rules(group, [rule for rule in group.egress_rules if is_allow_all(rule)])
    if had_egress and not has_egress:
        raise ValidationError(message=f"{group.name}: what is left when all inline egress goes is undocumented; keep one entry.")
    replace_inline(group, wanted)


def replace_inline(group, wanted):
    """Entries are told apart by their traffic; a changed description alone is updated in place."""
    kept = []
    for old in group.cfn_inline:
        twin = next((rule for rule in wanted if rule.is_egress == old.is_egress and traffic(rule) == traffic(old)), None)
        if twin is None:
            drop_rules(group, [old])
        else:
            old.description = twin.description
            wanted = [rule for rule in wanted if rule is not twin]
            kept.append(old)
    group.cfn_inline = kept + [add_rule(group, rule) for rule in wanted]


sg.SecurityGroup.create_from_cloudformation_json = classmethod(create_group)
sg.SecurityGroup.update_from_cloudformation_json = classmethod(update_group)


# ---- types that this package adds

STRICT_TYPES = {}


class StrictResource:
    """Base of the added types. `update` answers the same object, or a new one that replaces it."""

    @staticmethod
    def cloudformation_name_type():
        return ""

    @classmethod
    def update_from_cloudformation_json(cls, original_resource, new_resource_name, cloudformation_json, account_id, region_name):
        return original_resource.update(new_resource_name, cloudformation_json, account_id, region_name)


def strict_type(type_name):
    def register(cls):
        methods = {"cloudformation_type": staticmethod(lambda: type_name)}
        STRICT_TYPES[type_name] = type(cls.__name__, (cls, CloudFormationModel), methods)
        return cls

    return register


class Rule(StrictResource):
    """One rule. All properties but the description replace it: the new rule is made before the old one goes."""

    egress = False

    def __init__(self, rule, backend, properties):
        self.rule, self.backend, self.properties = rule, backend, properties

    @property
    def physical_resource_id(self):
        return self.rule.id

    @classmethod
    def has_cfn_attr(cls, attr):
        return attr == "Id"

    def get_cfn_attribute(self, attr):
        return self.rule.id

    @classmethod
    def create_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name, **kwargs):
        properties, backend = cloudformation_json["Properties"], ec2_backends[account_id][region_name]
        group = backend.get_security_group_from_id(properties.get("GroupId"))
        if group is None:
            raise ValidationError(message=f"The security group '{properties.get('GroupId')}' does not exist")
        rule = rule_of(backend, group, properties, cls.egress)
        cls.before_adding(group)
        return cls(add_rule(group, rule), backend, properties)

    @classmethod
    def before_adding(cls, group):
        pass

    def update(self, name, cloudformation_json, account_id, region_name):
        properties = cloudformation_json["Properties"]
        if {**properties, "Description": None} != {**self.properties, "Description": None}:
            return type(self).create_from_cloudformation_json(name, cloudformation_json, account_id, region_name)
        self.rule.description, self.properties = properties.get("Description"), properties
        return self

    def delete(self, account_id, region_name):
        group = self.backend.get_security_group_from_id(self.rule.group_id)
        if group:
            drop_rules(group, [self.rule])


# https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-securitygroupingress.html
@strict_type("AWS::EC2::SecurityGroupIngress")
class IngressRule(Rule):
    pass


# https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-securitygroupegress.html
@strict_type("AWS::EC2::SecurityGroupEgress")
class EgressRule(Rule):
    egress = True

    @classmethod
    def before_adding(cls, group):
        """Reports differ on what this resource does to an allow-all rule; each case gets the answer that hurts.

        An explicit inline allow-all is stripped (https://github.com/aws/aws-cdk/issues/22140 and /issues/987), so a
        group meant to be open would close. The implicit rule of a group without inline egress stays, so a group meant
        to be closed is open.
        """
        if any(rule.is_egress for rule in getattr(group, "cfn_inline", [])):
            drop_rules(group, [rule for rule in group.egress_rules if is_allow_all(rule)])


# https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-prefixlist.html
@strict_type("AWS::EC2::PrefixList")
class PrefixList(StrictResource):
    def __init__(self, prefix_list, properties):
        self.prefix_list, self.properties = prefix_list, properties

    @property
    def physical_resource_id(self):
        return self.prefix_list.id

    @staticmethod
    def cloudformation_name_type():
        return "PrefixListName"

    @classmethod
    def has_cfn_attr(cls, attr):
        return attr in ("PrefixListId", "Arn", "OwnerId", "Version")

    def get_cfn_attribute(self, attr):
        names = {"PrefixListId": "id", "Arn": "prefix_list_arn", "OwnerId": "owner_id", "Version": "version"}
        return getattr(self.prefix_list, names[attr])

    @classmethod
    def create_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name, **kwargs):
        properties = cloudformation_json["Properties"]
        prefix_list = ec2_backends[account_id][region_name].create_managed_prefix_list(
            address_family=properties["AddressFamily"],
            max_entries=properties.get("MaxEntries"),
            entry=properties.get("Entries"),
            prefix_list_name=resource_name,
            tags=tags_of(properties),
        )
        return cls(prefix_list, properties)

    def update(self, name, cloudformation_json, account_id, region_name):
        properties = cloudformation_json["Properties"]
        if properties["AddressFamily"] != self.properties["AddressFamily"]:
            return type(self).create_from_cloudformation_json(name, cloudformation_json, account_id, region_name)
        self.prefix_list.max_entries = properties.get("MaxEntries")
        self.prefix_list.version += 1
        self.prefix_list.entries[self.prefix_list.version] = properties.get("Entries") or []
        self.properties = properties
        return self

    def delete(self, account_id, region_name):
        ec2_backends[account_id][region_name].managed_prefix_lists.pop(self.prefix_list.id, None)


# ---- AWS::CloudFormation::Stack
# https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-stack.html


def nested_inputs(cloudformation_json, account_id):
    properties = cloudformation_json["Properties"]
    parameters = properties.get("Parameters", {})
    for name, value in parameters.items():
        if isinstance(value, (list, dict)):
            raise ValidationError(message=f"Value of property Parameters must be an object with String (or simple type) properties: {name}")
    return get_stack_from_s3_url(properties["TemplateURL"], account_id, "aws"), {name: str(value) for name, value in parameters.items()}


def create_nested(cls, resource_name, cloudformation_json, account_id, region_name, **kwargs):
    template, parameters = nested_inputs(cloudformation_json, account_id)
    return cloudformation_backends[account_id][region_name].create_stack(name=resource_name, template=template, parameters=parameters)


def update_nested(cls, original_resource, new_resource_name, cloudformation_json, account_id, region_name):
    """In place. Stock moto deletes the stack with all that is in it and makes another."""
    template, parameters = nested_inputs(cloudformation_json, account_id)
    given = [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()]
    return cloudformation_backends[account_id][region_name].update_stack(original_resource.stack_id, template, None, given, None)


def nested_attribute(self, attr):
    """Fn::GetAtt Outputs.Name."""
    name = attr.removeprefix("Outputs.")
    for output in self.outputs or []:
        if output["OutputKey"] == name:
            return output["OutputValue"]
    raise ValidationError(message=f"Template error: nested stack {self.name} has no output {name}")


Stack.create_from_cloudformation_json = classmethod(create_nested)
Stack.update_from_cloudformation_json = classmethod(update_nested)
Stack.get_cfn_attribute = nested_attribute
Stack.physical_resource_id = property(lambda self: self.stack_id)


# ---- a type without a model is an error, where stock moto reports success and makes nothing

# Types that a test says it can do without, separated by commas.
UNMODELLED = set(filter(None, os.environ.get("MICROSEG_MOTO_IGNORE", "").split(",")))
IGNORED_TYPES = UNMODELLED | {"AWS::CDK::Metadata", "AWS::CloudFormation::WaitCondition", "AWS::CloudFormation::WaitConditionHandle"}
_moto_class_from_type = parsing.resource_class_from_type


def resource_class_from_type(type_name):
    found = STRICT_TYPES.get(type_name) or _moto_class_from_type(type_name)
    if found is None and type_name not in IGNORED_TYPES:
        raise ValidationError(message=f"moto has no CloudFormation support for {type_name}")
    return found


parsing.resource_class_from_type = resource_class_from_type
