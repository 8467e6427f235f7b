"""What a security group rule may say and when two rules are the same.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html
https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
"""

import ipaddress
import re

from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models import security_groups as sg

# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpRange.html (Description)
DESCRIPTION = re.compile(r"[A-Za-z0-9 ._\-:/()#,@\[\]+=&;{}!$*]{0,255}")
# The API answers these four protocols by name, whichever way they were written.
PROTOCOL_NAMES = {"6": "tcp", "17": "udp", "1": "icmp", "58": "icmpv6", "all": "-1"}
NAMED_PROTOCOLS = ("-1", "tcp", "udp", "icmp", "icmpv6")

_moto_init = sg.SecurityGroupRule.__init__


def reject(message, code="InvalidParameterValue"):
    raise EC2ClientError(code, message)


def check_text(what, text):
    if text is not None and not DESCRIPTION.fullmatch(text):
        allowed = "a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*"
        reject(f"Invalid {what} '{text}'. Valid {what}s are strings less than 256 characters from the following set: {allowed}")


def normal_protocol(protocol):
    text = str(protocol).lower()
    name = PROTOCOL_NAMES.get(text, text)
    if name not in NAMED_PROTOCOLS and not (name.isdigit() and int(name) <= 255):
        reject(f"Invalid value '{protocol}' for IP protocol. Unknown protocol.")
    return name


def normal_ports(protocol, from_port, to_port):
    """Ports count for TCP and UDP, type and code for ICMP; any other protocol has all ports, whatever was asked."""
    given = from_port is not None and to_port is not None
    if protocol in ("tcp", "udp"):
        if not given:
            reject("Invalid value for portRange. Must specify both from and to ports with TCP/UDP.")
        low, high = int(from_port), int(to_port)
        if not 0 <= low <= high <= 65535:
            reject(f"Invalid TCP/UDP port range: {low}-{high}")
        return low, high
    if protocol in ("icmp", "icmpv6") and given:
        kind, code = int(from_port), int(to_port)
        if not (-1 <= kind <= 255 and -1 <= code <= 255):
            reject(f"ICMP type and code must be -1 to 255: {kind}/{code}")
        return kind, code
    return -1, -1


def normal_range(ip_range):
    """Host bits are cleared and IPv6 is written canonically, as the API stores it."""
    result = dict(ip_range or {})
    for key in ("CidrIp", "CidrIpv6"):
        if result.get(key):
            try:
                result[key] = str(ipaddress.ip_network(result[key], strict=False))
            except ValueError:
                reject(f"CIDR block {result[key]} is malformed")
    return result


def _init(
    self,
    ec2_backend,
    ip_protocol,
    group_id,
    from_port,
    to_port,
    ip_range,
    source_group=None,
    prefix_list_id=None,
    is_egress=True,
    tags=None,
):
    protocol = normal_protocol(ip_protocol)
    low, high = normal_ports(protocol, from_port, to_port)
    ip_range, peer = normal_range(ip_range), dict(source_group or {})
    description = ip_range.get("Description") or peer.pop("Description", None) or (prefix_list_id or {}).get("Description")
    check_text("rule description", description)
    if prefix_list_id and prefix_list_id["PrefixListId"] not in ec2_backend.managed_prefix_lists:
        reject(f"The prefix list ID '{prefix_list_id['PrefixListId']}' does not exist", "InvalidPrefixListID.NotFound")
    _moto_init(self, ec2_backend, protocol, group_id, low, high, ip_range, peer, prefix_list_id, is_egress, tags)
    self._description = description


def traffic(rule):
    """What makes a rule unique in its group. A description does not: the API refuses a twin that differs only in it."""
    return (
        rule.ip_protocol,
        rule.from_port,
        rule.to_port,
        rule.ip_range.get("CidrIp"),
        rule.ip_range.get("CidrIpv6"),
        rule.source_group.get("GroupId"),
        rule.prefix_list_id,
    )


sg.SecurityGroupRule.__init__ = _init
sg.SecurityGroupRule.__eq__ = lambda self, other: traffic(self) == traffic(other)
# moto only keeps the description of an IPv4 range.
sg.SecurityGroupRule.description = property(
    lambda self: self._description,
    lambda self, text: setattr(self, "_description", text),
)
