"""State Manager associations, which moto has no model for: what an API client may create, read, change and delete.

https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_CreateAssociation.html
"""

import re
import uuid
from datetime import datetime, timezone

from moto.core.responses import ActionResult
from moto.ssm.exceptions import SSMException
from moto.ssm.models import SimpleSystemManagerBackend
from moto.ssm.responses import SimpleSystemManagerResponse

MOST_TARGETS = 5
NAME = re.compile(r"^[a-zA-Z0-9_\-.]{3,128}$")
CONCURRENCY = re.compile(r"^([1-9][0-9]*|[1-9][0-9]%|[1-9]%|100%)$")
ERRORS = re.compile(r"^([1-9][0-9]*|[0]|[1-9][0-9]%|[0-9]%|100%)$")
FIELDS = ["AssociationName", "Parameters", "Targets", "ScheduleExpression", "MaxErrors", "MaxConcurrency", "ComplianceSeverity",
          "SyncCompliance", "OutputLocation", "DocumentVersion", "ApplyOnlyAtCronInterval"]


def invalid(code, message):
    raise SSMException(code, message)


def check(description):
    name = description.get("AssociationName")
    if name is not None and not NAME.match(name):
        invalid("ValidationException", f"Value '{name}' at 'associationName' failed to satisfy constraint")
    if len(description.get("Targets") or []) > MOST_TARGETS:
        invalid("InvalidTarget", "too many targets")
    for field, pattern in (("MaxConcurrency", CONCURRENCY), ("MaxErrors", ERRORS)):
        if description.get(field) is not None and not pattern.match(description[field]):
            invalid("ValidationException", f"Value '{description[field]}' at '{field}' failed to satisfy constraint")
    for values in (description.get("Parameters") or {}).values():
        # Text that Systems Manager would put something else in the place of.
        if any("{{" in value for value in values):
            invalid("InvalidParameters", "a parameter holds the mark of another one")


def associations(backend):
    return backend.__dict__.setdefault("_associations", {})


def found(self):
    known = associations(self.ssm_backend).get(self._get_param("AssociationId"))
    if known is None:
        invalid("AssociationDoesNotExist", "The specified association does not exist.")
    return known


def fill(self, description, start):
    changed = {**start, **{field: self._get_param(field) for field in FIELDS if self._get_param(field) is not None}}
    check(changed)
    description.clear()
    description.update(changed)
    description["LastUpdateAssociationDate"] = datetime.now(timezone.utc)
    return ActionResult({"AssociationDescription": description})


def create_association(self):
    identity = str(uuid.uuid4())
    description = {}
    start = {"AssociationId": identity, "Name": self._get_param("Name"), "AssociationVersion": "1", "Date": datetime.now(timezone.utc),
             "Overview": {"Status": "Pending"}, "ApplyOnlyAtCronInterval": False}
    answer = fill(self, description, start)
    associations(self.ssm_backend)[identity] = description
    return answer


def update_association(self):
    """What is not named is removed, but for the document and the targets."""
    known = found(self)
    kept = {field: known[field] for field in known if field not in FIELDS or field == "Targets"}
    kept["AssociationVersion"] = str(int(known["AssociationVersion"]) + 1)
    return fill(self, known, kept)


def describe_association(self):
    return ActionResult({"AssociationDescription": found(self)})


def delete_association(self):
    del associations(self.ssm_backend)[found(self)["AssociationId"]]
    return ActionResult({})


def list_associations(self):
    fields = ["Name", "AssociationId", "AssociationVersion", "Targets", "AssociationName", "ScheduleExpression", "Overview"]
    every = associations(self.ssm_backend).values()
    return ActionResult({"Associations": [{field: each[field] for field in fields if field in each} for each in every]})


for action in (create_association, update_association, describe_association, delete_association, list_associations):
    setattr(SimpleSystemManagerResponse, action.__name__, action)

_moto_validate = SimpleSystemManagerBackend._validate_resource_type_and_id


def validate(self, resource_type, resource_id):
    if resource_type == "Association" and resource_id in associations(self):
        return resource_id
    return _moto_validate(self, resource_type, resource_id)


SimpleSystemManagerBackend._validate_resource_type_and_id = validate
