"""Security groups: names, quotas, references, rule changes, deletion, and their attachment to interfaces."""

from moto.ec2.models import ec2_backends  # noqa: F401  (loads every EC2 model before it is patched)
from moto.ec2.models import elastic_network_interfaces as eni
from moto.ec2.models import security_groups as sg

from .ec2_rules import check_text, reject

# https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html#vpc-limits-security-groups
RULES_PER_GROUP = 60
GROUPS_PER_INTERFACE = 5


# ---- creation: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html

_moto_create = sg.SecurityGroupBackend.create_security_group


def create_security_group(self, name, description, *args, **kwargs):
    if str(name).lower().startswith("sg-"):
        reject(f"Invalid value '{name}' for groupName. Group names may not be in the format sg-*.")
    check_text("security group name", name)
    check_text("security group description", description)
    return _moto_create(self, name, description, *args, **kwargs)


sg.SecurityGroupBackend.create_security_group = create_security_group


# ---- quotas: inbound and outbound separately, IPv4 and IPv6 separately; a prefix list weighs its maximum of entries


def weight(rule, family):
    if rule.prefix_list_id:
        prefix_list = rule.ec2_backend.managed_prefix_lists[rule.prefix_list_id]
        return int(prefix_list.max_entries or 1) if prefix_list.address_family == family else 0
    if rule.source_group:
        return 1
    return 1 if ("CidrIp" if family == "IPv4" else "CidrIpv6") in rule.ip_range else 0


def adder(attribute):
    def add(self, rule):
        rules = getattr(self, attribute)
        if rule in rules:
            raise sg.InvalidPermissionDuplicateError()
        for family in ("IPv4", "IPv6"):
            total = sum(weight(each, family) for each in [*rules, rule])
            if weight(rule, family) and total > RULES_PER_GROUP:
                raise sg.RulesPerSecurityGroupLimitExceededError()
        rules.append(rule)

    return add


sg.SecurityGroup.add_ingress_rule = adder("ingress_rules")
sg.SecurityGroup.add_egress_rule = adder("egress_rules")
# moto's own count mixes both address families and forgets prefix lists.
sg.SecurityGroupBackend._verify_group_will_respect_rule_count_limit = lambda *args, **kwargs: None


# ---- references: https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-security-groups.html

_moto_iterate = sg.SecurityGroupBackend._iterate_security_rules


def reachable(backend, group, other):
    if group.vpc_id == other.vpc_id:
        return True
    ends = {group.vpc_id, other.vpc_id}
    return any({p.vpc.id, p.peer_vpc.id} == ends and p._status.code == "active" for p in backend.vpc_pcxs.values())


def iterate_security_rules(self, ip_protocol, group_id, *args, **kwargs):
    group = self.get_security_group_from_id(group_id)
    for rule in _moto_iterate(self, ip_protocol, group_id, *args, **kwargs):
        other = self.get_security_group_from_id(rule.source_group.get("GroupId"))
        if other and not reachable(self, group, other):
            reject(f"You have specified two resources that belong to different networks: {group_id}, {other.id}", "InvalidGroup.NotFound")
        yield rule


sg.SecurityGroupBackend._iterate_security_rules = iterate_security_rules


# ---- rule changes: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifySecurityGroupRules.html


def modify_security_group_rules(self, group_id, rules):
    group = self.get_security_group_by_name_or_id(group_id)
    for rule_id, request in rules.items():
        old = group.get_rule(rule_id)
        if old is None:
            raise sg.InvalidSecurityGroupRuleIdNotFoundError(rule_id)
        new = requested_rule(self, group_id, request, old.is_egress)
        if kind(new) != kind(old):
            reject(f"Invalid rule type for security group rule '{rule_id}'. The kind of source or destination cannot change.")
        siblings = group.egress_rules if old.is_egress else group.ingress_rules
        if any(each == new and each.id != rule_id for each in siblings):
            raise sg.InvalidPermissionDuplicateError()
        for name in ("ip_protocol", "from_port", "to_port", "ip_range", "source_group", "prefix_list_id"):
            setattr(old, name, getattr(new, name))
        old.description = request.get("Description")


def kind(rule):
    """The API changes a rule's range, list or group in place, but never one kind of peer into another."""
    return ("CidrIp" in rule.ip_range, "CidrIpv6" in rule.ip_range, bool(rule.source_group), rule.prefix_list_id is not None)


def requested_rule(backend, group_id, request, is_egress):
    names = (("CidrIp", "CidrIpv4"), ("CidrIpv6", "CidrIpv6"))
    ip_range = {key: request[source] for key, source in names if request.get(source)}
    if request.get("Description"):
        ip_range["Description"] = request["Description"]
    peer = {"GroupId": request["ReferencedGroupId"], "UserId": backend.account_id} if request.get("ReferencedGroupId") else None
    prefix_list = {"PrefixListId": request["PrefixListId"]} if request.get("PrefixListId") else None
    ports = (request.get("FromPort"), request.get("ToPort"))
    return sg.SecurityGroupRule(backend, request["IpProtocol"], group_id, *ports, ip_range, peer, prefix_list, is_egress)


sg.SecurityGroupBackend.modify_security_group_rules = modify_security_group_rules


# ---- deletion: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSecurityGroup.html

_moto_delete = sg.SecurityGroupBackend.delete_security_group


def delete_security_group(self, name=None, group_id=None):
    if group_id and is_used(self, group_id):
        reject(f"resource {group_id} has a dependent object", "DependencyViolation")
    return _moto_delete(self, name, group_id)


def is_used(backend, group_id):
    others = [group for groups in backend.groups.values() for group in groups.values() if group.id != group_id]
    rules = [rule for group in others for rule in [*group.ingress_rules, *group.egress_rules]]
    referenced = any(rule.source_group.get("GroupId") == group_id for rule in rules)
    return referenced or any(group_id in [group.id for group in each.group_set] for each in backend.enis.values())


sg.SecurityGroupBackend.delete_security_group = delete_security_group


# ---- interfaces: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNetworkInterface.html

_moto_create_interface = eni.NetworkInterfaceBackend.create_network_interface
_moto_modify_interface = eni.NetworkInterfaceBackend.modify_network_interface_attribute


def check_interface_groups(backend, vpc_id, group_ids):
    if len(group_ids) > GROUPS_PER_INTERFACE:
        reject("The maximum number of security groups per interface has been reached.", "SecurityGroupsPerInterfaceLimitExceeded")
    for group_id in group_ids:
        group = backend.get_security_group_from_id(group_id)
        if group is None or group.vpc_id != vpc_id:
            reject(f"The security group '{group_id}' does not exist in VPC '{vpc_id}'", "InvalidGroup.NotFound")


def create_network_interface(self, subnet, private_ip_address, private_ip_addresses=None, group_ids=None, *args, **kwargs):
    check_interface_groups(self, subnet.vpc_id, group_ids or [])
    return _moto_create_interface(self, subnet, private_ip_address, private_ip_addresses, group_ids, *args, **kwargs)


def modify_network_interface_attribute(self, eni_id, group_ids, *args, **kwargs):
    check_interface_groups(self, self.get_network_interface(eni_id).subnet.vpc_id, group_ids or [])
    return _moto_modify_interface(self, eni_id, group_ids, *args, **kwargs)


eni.NetworkInterfaceBackend.create_network_interface = create_network_interface
eni.NetworkInterfaceBackend.modify_network_interface_attribute = modify_network_interface_attribute
