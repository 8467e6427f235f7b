"""AWS::SSM::Association, which moto has no model for, over the associations that an API client would make.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ssm-association.html
"""

import uuid
from datetime import datetime, timezone

from moto.cloudformation.exceptions import ValidationError
from moto.ssm.exceptions import SSMException
from moto.ssm.models import ssm_backends

from .cfn_types import StrictResource, strict_type
from .ssm_associations import FIELDS, associations, check

# Of the template; whether and how long to wait for hosts is not for a server that has none.
PROPERTIES = {*FIELDS, "Name", "WaitForSuccessTimeoutSeconds"}


def described(properties):
    unknown = properties.keys() - PROPERTIES
    if unknown:
        raise ValidationError(message=f"Properties validation failed: extraneous keys {sorted(unknown)} are not permitted")
    for target in properties.get("Targets") or []:
        if not target["Values"] or not all(isinstance(value, str) and value for value in target["Values"]):
            raise ValidationError(message=f"Properties validation failed: {target} has values that are no text")
    description = {field: properties[field] for field in FIELDS if field in properties}
    try:
        check(description)
    except SSMException as refused:
        raise ValidationError(message=refused.message) from refused
    return description


@strict_type("AWS::SSM::Association")
class Association(StrictResource):
    def __init__(self, identity, name):
        self.identity, self.name = identity, name

    @property
    def physical_resource_id(self):
        return self.identity

    @classmethod
    def has_cfn_attr(cls, attr):
        return attr == "AssociationId"

    def get_cfn_attribute(self, attr):
        return self.identity

    @classmethod
    def create_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name, **kwargs):
        properties = cloudformation_json["Properties"]
        made = cls(str(uuid.uuid4()), properties["Name"])
        made.put(properties, "1", account_id, region_name)
        return made

    def update(self, name, cloudformation_json, account_id, region_name):
        """Another document replaces it; all else changes without interruption, and State Manager runs it again."""
        properties = cloudformation_json["Properties"]
        if properties["Name"] != self.name:
            return type(self).create_from_cloudformation_json(name, cloudformation_json, account_id, region_name)
        known = associations(ssm_backends[account_id][region_name])[self.identity]
        self.put(properties, str(int(known["AssociationVersion"]) + 1), account_id, region_name)
        return self

    def delete(self, account_id, region_name):
        associations(ssm_backends[account_id][region_name]).pop(self.identity, None)

    def put(self, properties, version, account_id, region_name):
        start = {"AssociationId": self.identity, "Name": self.name, "AssociationVersion": version,
                 "Overview": {"Status": "Pending"}, "LastUpdateAssociationDate": datetime.now(timezone.utc)}
        associations(ssm_backends[account_id][region_name])[self.identity] = {**start, **described(properties)}
