"""How CloudFormation walks a stack: order, limits, updates that delete last, exports that cannot be pulled away.

Stock moto creates on first reference, deletes before it creates, forgets exports on update, and reports a stack
as deleted although its resources are still there.
"""

import copy
import re

import moto.cloudformation.parsing as parsing
from moto.cloudformation.exceptions import ValidationError
from moto.cloudformation.models import CloudFormationBackend, Stack, cloudformation_backends
from moto.ec2.models import ec2_backends
from moto.ec2.models.core import TaggedEC2Resource

from .cfn_types import StrictResource

# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
LIMITS = {"Resources": 500, "Parameters": 200, "Outputs": 200, "Mappings": 200}
TEMPLATE_BYTES = 1_048_576


# ---- limits

_moto_parse_template = Stack._parse_template


def parse_template(self):
    if len(self.template.encode()) > TEMPLATE_BYTES:
        raise ValidationError(message=f"Template of {self.name} is larger than {TEMPLATE_BYTES} bytes")
    _moto_parse_template(self)
    for section, limit in LIMITS.items():
        count = len(self.template_dict.get(section) or {})
        if count > limit:
            found = f"Number of {section.lower()}, {count}, is greater than maximum allowed, {limit}"
            raise ValidationError(message=f"Template format error: {found}")


Stack._parse_template = parse_template


# ---- order: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/troubleshooting.html (circular dependencies)


def references(value):
    """Logical ids that a template fragment refers to, through Ref, Fn::GetAtt and Fn::Sub."""
    if isinstance(value, list):
        return [name for each in value for name in references(each)]
    if not isinstance(value, dict):
        return []
    found = [value["Ref"]] if isinstance(value.get("Ref"), str) else []
    if "Fn::GetAtt" in value:
        found.append(value["Fn::GetAtt"][0])
    if "Fn::Sub" in value:
        text = value["Fn::Sub"] if isinstance(value["Fn::Sub"], str) else value["Fn::Sub"][0]
        found += re.findall(r"\$\{([A-Za-z0-9]+)", text)
    return found + [name for each in value.values() for name in references(each)]


def dependencies(resource):
    after = resource.get("DependsOn") or []
    return [after] if isinstance(after, str) else [*after, *references(resource.get("Properties", {}))]


def in_order(resources):
    done, path = {}, []

    def visit(logical_id):
        if logical_id in path:
            cycle = sorted(path[path.index(logical_id) :])
            raise ValidationError(message=f"Circular dependency between resources: [{', '.join(cycle)}]")
        if logical_id in done:
            return
        path.append(logical_id)
        for name in dependencies(resources[logical_id]):
            if name in resources:
                visit(name)
        path.pop()
        done[logical_id] = True

    for logical_id in resources:
        visit(logical_id)
    return list(done)


# ---- resources of one stack


def create(self, template):
    if hasattr(self, "applied"):
        return True
    self._template, self._resource_json_map = template, template["Resources"]
    self.tags.update({"aws:cloudformation:stack-name": self["AWS::StackName"], "aws:cloudformation:stack-id": self.stack_id})
    self.applied = {}
    for logical_id in in_order(self._resource_json_map):
        make(self, logical_id)
    return True


def make(resources, logical_id):
    instance = resources[logical_id]
    resources.applied[logical_id] = resolved(resources, logical_id)
    if isinstance(instance, TaggedEC2Resource):
        backend = ec2_backends[resources._account_id][resources._region_name]
        backend.create_tags([instance.physical_resource_id], {**resources.tags, "aws:cloudformation:logical-id": logical_id})


def resolved(resources, logical_id):
    resource = {"Properties": {}, **copy.deepcopy(resources._resource_json_map[logical_id])}
    return parsing.clean_json(resource, resources)


def update(self, template, parameters=None):
    """Creates and changes first, deletes last (UPDATE_COMPLETE_CLEANUP_IN_PROGRESS).

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html
    A rule that moves to another logical id therefore meets its old self and fails as a duplicate.
    """
    before = self._resource_json_map
    order, old_order = in_order(template["Resources"]), in_order(before)
    self.applied = getattr(self, "applied", {})
    self._template, self._resource_json_map = template, template["Resources"]
    if parameters is not None:
        self.input_parameters = parameters
    self.load()
    replaced = [old for old in (change(self, logical_id) for logical_id in order) if old is not None]
    for old in replaced:
        old.delete(self._account_id, self._region_name)
    for logical_id in reversed(old_order):
        if logical_id not in template["Resources"]:
            remove(self, logical_id, before[logical_id])


def change(resources, logical_id):
    """Creates or updates one resource; answers the old one where it was replaced and has still to go."""
    old = resources._parsed_resources.get(logical_id)
    if old is None:
        make(resources, logical_id)
        return None
    wanted = resolved(resources, logical_id)
    if wanted == resources.applied[logical_id] and not isinstance(old, Stack):
        return None
    if wanted["Type"] != resources.applied[logical_id]["Type"]:
        raise ValidationError(message=f"Update of resource type is not permitted: {logical_id}")
    new = parsing.parse_and_update_resource(
        logical_id,
        resources._resource_json_map[logical_id],
        resources,
        account_id=resources._account_id,
        region_name=resources._region_name,
    )
    if new is None:
        raise ValidationError(message=f"moto cannot update {wanted['Type']} ({logical_id})")
    resources._parsed_resources[logical_id] = new
    resources.applied[logical_id] = wanted
    return old if new is not old and isinstance(old, StrictResource) else None


def remove(resources, logical_id, resource_json):
    instance = resources._parsed_resources.pop(logical_id, None)
    resources.applied.pop(logical_id, None)
    if instance is None or resource_json.get("DeletionPolicy") == "Retain":
        return
    if isinstance(instance, Stack):
        cloudformation_backends[resources._account_id][resources._region_name].delete_stack(instance.stack_id)
    else:
        resources._delete_resource(instance, resource_json)


def delete(self):
    self.applied = getattr(self, "applied", {})
    for logical_id in reversed(in_order(self._resource_json_map)):
        remove(self, logical_id, self._resource_json_map[logical_id])


parsing.ResourceMap.create = create
parsing.ResourceMap.update = update
parsing.ResourceMap.delete = delete


# ---- exports: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-exports.html


def imports(stack):
    def walk(value):
        if isinstance(value, list):
            return [name for each in value for name in walk(each)]
        if not isinstance(value, dict):
            return []
        own = [parsing.clean_json(value["Fn::ImportValue"], stack.resource_map)] if "Fn::ImportValue" in value else []
        return own + [name for each in value.values() for name in walk(each)]

    return walk(stack.template_dict)


def protect_exports(backend, stack, kept):
    """An export that another stack imports can be neither changed nor removed."""
    for export in [each for each in backend.exports.values() if each.exporting_stack_id == stack.stack_id]:
        if kept.get(export.name) == export.value:
            continue
        users = [other.name for other in backend.stacks.values() if other is not stack and export.name in imports(other)]
        if users:
            verb = "updated" if export.name in kept else "deleted"
            raise ValidationError(message=f"Export {export.name} cannot be {verb} as it is in use by {' and '.join(users)}")


def publish_exports(backend, stack):
    current = {export.name: export for export in stack.exports}
    protect_exports(backend, stack, {name: export.value for name, export in current.items()})
    for name in [name for name, export in backend.exports.items() if export.exporting_stack_id == stack.stack_id]:
        del backend.exports[name]
    if not current.keys().isdisjoint(backend.exports):
        raise ValidationError(message="Export names must be unique across a given region")
    backend.exports.update(current)


# ---- stacks


_moto_update_stack = CloudFormationBackend.update_stack
_moto_execute_change_set = CloudFormationBackend.execute_change_set


def create_then_publish(self, stack):
    """Stands in for moto's check of export names, the first thing its create_stack does with a new stack.

    moto's own call to create the resources comes later and finds them there.
    """
    try:
        stack.resource_map.create(stack.template_dict)
        publish_exports(self, stack)
    except Exception:
        # As with OnFailure=DELETE: what was made goes, and the name is free again.
        self.stacks.pop(stack.stack_id)
        stack.resource_map.delete()
        raise


def update_stack(self, name, *args, **kwargs):
    stack = _moto_update_stack(self, name, *args, **kwargs)
    publish_exports(self, stack)
    return stack


def execute_change_set(self, change_set_name, stack_name=None):
    change_set = self.describe_change_set(change_set_name)
    stack = self.stacks[change_set.stack_id]
    stack.cross_stack_resources = stack.resource_map.cross_stack_resources = self.exports
    _moto_execute_change_set(self, change_set_name, stack_name)
    stack._parse_template()
    stack.output_map = stack._create_output_map()
    publish_exports(self, stack)


def delete_stack(self, name_or_stack_id):
    stack = next((each for each in self.stacks.values() if name_or_stack_id in (each.stack_id, each.name)), None)
    if stack is None:
        return
    protect_exports(self, stack, {})
    stack.delete()
    self.deleted_stacks[stack.stack_id] = self.stacks.pop(stack.stack_id)
    for name in [name for name, export in self.exports.items() if export.exporting_stack_id == stack.stack_id]:
        del self.exports[name]


CloudFormationBackend._validate_export_uniqueness = create_then_publish
CloudFormationBackend.update_stack = update_stack
CloudFormationBackend.execute_change_set = execute_change_set
CloudFormationBackend.delete_stack = delete_stack
