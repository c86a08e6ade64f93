"""Calls the services of AWS with boto3. kinds.py has the types of resources."""

import json

import boto3
from botocore import xform_name

import kinds


SESSION = boto3.Session()  # which caches the services' models


class Made:
    """A created resource, as moto's resolver wants it."""

    def __init__(self, ref, attributes):
        self.physical_resource_id = ref
        self.attributes = attributes

    def get_cfn_attribute(self, name):
        return self.attributes[name]


class Services:
    def __init__(self, region, stack):
        self.region, self.stack = region, stack
        self.clients = {}
        self.kinds = {}
        self.generated = {}  # ids that a service generated, and what they are in the comparison

    def client(self, service):
        if service not in self.clients:
            # moto reads the region in the host, which that of IAM in GovCloud does not have.
            host = f"https://iam.{self.region}.amazonaws.com" if service == "iam" and self.region.startswith("us-gov-") else None
            self.clients[service] = SESSION.client(service, region_name=self.region, endpoint_url=host)
        return self.clients[service]

    def call(self, service, operation, **arguments):
        client = self.client(service)
        shape = client.meta.service_model.operation_model(operation).input_shape
        answer = getattr(client, xform_name(operation))(**typed(arguments, shape, operation))
        answer.pop("ResponseMetadata", None)
        return answer

    def create(self, logical, type_, properties):
        if type_ not in kinds.KINDS:
            raise SystemExit(f"{logical}: the test cannot create {type_}: add it to kinds.py")
        kind = kinds.KINDS[type_](self, logical, properties)
        self.kinds[logical] = kind
        return Made(*kind.create())

    def describe(self, logical):
        return self.kinds[logical].describe()

    def name(self, logical):
        return f"{self.stack}-{logical}"

    def rename(self, value):
        """Replaces ids that services generate by <stack>-<logical id>, like CloudFormation's names."""
        text = json.dumps(value, default=str)
        for generated, name in self.generated.items():
            text = text.replace(generated, name)
        return json.loads(text)


def typed(value, shape, where):
    """Converts scalars to the types of an API's shape, as CloudFormation does. Names may differ in case."""
    if shape.type_name == "structure":
        members = {name.lower(): name for name in shape.members}
        unknown = [key for key in value if key.lower() not in members]
        if unknown:
            raise SystemExit(f"{where}: the API does not have {', '.join(unknown)}")
        return {members[k.lower()]: typed(v, shape.members[members[k.lower()]], f"{where}.{k}") for k, v in value.items()}
    if shape.type_name == "list":
        return [typed(v, shape.member, where) for v in value]
    if shape.type_name == "map":
        return {k: typed(v, shape.value, f"{where}.{k}") for k, v in value.items()}
    return scalar(value, shape.type_name, where)


def scalar(value, kind, where):
    if kind == "boolean":
        return {"true": True, "false": False}[str(value).lower()]
    if kind in ("integer", "long"):
        return int(value)
    if kind in ("float", "double"):
        return float(value)
    if kind == "string" and isinstance(value, (bool, dict, list)):
        return json.dumps(value)
    if kind == "string":
        return str(value)
    return value
