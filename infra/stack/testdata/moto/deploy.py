"""Deploys the template as others understand it: SAM's translator transforms it, moto resolves its
intrinsic functions and conditions, and every resource is created with a call of its service's API.
botocore refuses members that the API does not have, and values of another type.

Standard input: {"template": path, "cases": [{"stack", "region", "parameters"}]}.
Standard output, for each case: {"outputs", "resources": {logical id: {"type", "properties", "stored"}}}.
Properties are the resolved ones, and stored is what the service returns for the created resource.
"""

import copy
import json
import logging
import os
import sys

from moto import mock_aws
from moto.cloudformation.parsing import ResourceMap, clean_json
from samcli.yamlhelper import yaml_parse
from samtranslator.translator.transform import transform

import services

ACCOUNT = "123456789012"


class NoManagedPolicies:
    """The template does not name managed policies."""

    def load(self):
        return {}


class Stack(ResourceMap):
    """Creates each resource when it is first referred to, with its service's API."""

    def __init__(self, template, case):
        region, name = case["region"], case["stack"]
        partition = "aws-cn" if region.startswith("cn-") else "aws-us-gov" if region.startswith("us-gov-") else "aws"
        stack_id = f"arn:{partition}:cloudformation:{region}:{ACCOUNT}:stack/{name}/00000000-0000-4000-8000-000000000000"
        super().__init__(stack_id, name, case["parameters"], {}, region, ACCOUNT, template, {})
        self._parsed_resources["AWS::Partition"] = partition
        self._parsed_resources["AWS::URLSuffix"] = "amazonaws.com.cn" if partition == "aws-cn" else "amazonaws.com"
        self.load_mapping()
        self.load_parameters()
        self.load_conditions()
        self.services = services.Services(region, name)
        self.created = {}

    def __getitem__(self, key):
        if key in self._parsed_resources:
            return self._parsed_resources[key]
        resource = self._resource_json_map[key]
        properties = without_none(clean_json(resource.get("Properties", {}), self))
        made = self.services.create(key, resource["Type"], properties)
        self._parsed_resources[key] = made
        self.created[key] = {"type": resource["Type"], "properties": properties}
        return made

    def deploy(self):
        for key, resource in self._resource_json_map.items():
            if self.applies(resource):
                self[key]
        for key, made in self.created.items():
            made["stored"] = self.services.describe(key)
        outputs = {key: clean_json(output["Value"], self)
                   for key, output in self._template["Outputs"].items() if self.applies(output)}
        return self.services.rename({"resources": self.created, "outputs": outputs})

    def applies(self, part):
        return "Condition" not in part or self.lazy_condition_map[part["Condition"]]


def without_none(value):
    """AWS::NoValue removes a property or an entry."""
    if isinstance(value, dict):
        return {k: without_none(v) for k, v in value.items() if v is not None}
    if isinstance(value, list):
        return [without_none(v) for v in value if v is not None]
    return value


def deploy(source, case):
    os.environ["AWS_DEFAULT_REGION"] = case["region"]  # of which the translator takes the partition
    source = copy.deepcopy(source)
    for resource in source["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = "s3://artifacts/code.zip"  # as after `sam package`
    template = transform(source, dict(case["parameters"]), NoManagedPolicies())
    # Without Docker: the functions are not run.
    with mock_aws(config={"lambda": {"use_docker": False}}):
        return Stack(template, case).deploy()


def main():
    logging.disable(logging.CRITICAL)
    os.environ |= {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
    task = json.load(sys.stdin)
    with open(task["template"], encoding="utf-8") as file:
        source = yaml_parse(file.read())
    json.dump([deploy(source, case) for case in task["cases"]], sys.stdout)


main()
