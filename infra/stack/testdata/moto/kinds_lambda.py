"""The resource types that SAM makes of a function."""

import io
import json
import zipfile

from kind import Kind


def empty_zip():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("bootstrap", "")
    return out.getvalue()


class Function(Kind):
    def create(self):
        name, p = self.properties["FunctionName"], self.without("Code", "Tags", "ReservedConcurrentExecutions")
        for layer in p.get("Layers", []):  # an operator's, which moto wants to exist
            self.call("lambda", "PublishLayerVersion", LayerName=layer.split(":")[-2], Content={"ZipFile": empty_zip()})
        arn = self.call("lambda", "CreateFunction", **p, Code={"ZipFile": empty_zip()})["FunctionArn"]
        if reserved := self.only("ReservedConcurrentExecutions"):
            self.call("lambda", "PutFunctionConcurrency", FunctionName=name, **reserved)
        return name, {"Arn": arn}

    def describe(self):
        answer = self.call("lambda", "GetFunction", FunctionName=self.properties["FunctionName"])
        return answer["Configuration"] | answer.get("Concurrency", {})


class Version(Kind):
    def create(self):
        answer = self.call("lambda", "PublishVersion", **self.properties)
        return answer["FunctionArn"], {"Version": answer["Version"]}

    def describe(self):
        return self.properties


class Alias(Kind):
    def create(self):
        return self.call("lambda", "CreateAlias", **self.properties)["AliasArn"], {}

    def describe(self):
        return self.properties | self.call("lambda", "GetAlias", **self.only("FunctionName", "Name"))


class InvokeConfig(Kind):
    def create(self):
        self.call("lambda", "PutFunctionEventInvokeConfig", **self.properties)
        return self.logical, {}

    def describe(self):
        return self.call("lambda", "GetFunctionEventInvokeConfig", **self.only("FunctionName", "Qualifier"))


class Mapping(Kind):
    def create(self):
        self.id = self.call("lambda", "CreateEventSourceMapping", **self.properties)["UUID"]
        return self.id, {}

    def describe(self):
        return self.call("lambda", "GetEventSourceMapping", UUID=self.id)


class Permission(Kind):
    def create(self):
        # An alias' ARN has a qualifier, which the API takes apart.
        function, _, qualifier = self.properties["FunctionName"].rpartition(":")
        self.alias = {"FunctionName": function, "Qualifier": qualifier}
        self.call("lambda", "AddPermission", StatementId=self.logical, **self.alias, **self.without("FunctionName"))
        return self.logical, {}

    def describe(self):
        policy = json.loads(self.call("lambda", "GetPolicy", **self.alias)["Policy"])
        statement, = [s for s in policy["Statement"] if s["Sid"] == self.logical]
        assert statement["Effect"] == "Allow"
        return {"Action": statement["Action"], "FunctionName": statement["Resource"],
                "Principal": statement["Principal"]["Service"], "SourceArn": statement["Condition"]["ArnLike"]["AWS:SourceArn"]}


class DeploymentApplication(Kind):
    def create(self):
        name = self.services.name(self.logical)
        self.call("codedeploy", "CreateApplication", ApplicationName=name, **self.properties)
        return name, {}

    def describe(self):
        answer = self.call("codedeploy", "GetApplication", ApplicationName=self.services.name(self.logical))
        return {"ComputePlatform": answer["application"]["computePlatform"]}


class DeploymentGroup(Kind):
    def create(self):
        name = self.services.name(self.logical)
        self.call("codedeploy", "CreateDeploymentGroup", DeploymentGroupName=name, **self.properties)
        return name, {}

    def describe(self):
        answer = self.call("codedeploy", "GetDeploymentGroup", **self.only("ApplicationName"),
                           DeploymentGroupName=self.services.name(self.logical))
        return pascal(answer["deploymentGroupInfo"])


def pascal(value):
    if isinstance(value, dict):
        return {k[0].upper() + k[1:]: pascal(v) for k, v in value.items()}
    if isinstance(value, list):
        return [pascal(v) for v in value]
    return value


LAMBDA_KINDS = {
    "AWS::CodeDeploy::Application": DeploymentApplication,
    "AWS::CodeDeploy::DeploymentGroup": DeploymentGroup,
    "AWS::Lambda::Alias": Alias,
    "AWS::Lambda::EventInvokeConfig": InvokeConfig,
    "AWS::Lambda::EventSourceMapping": Mapping,
    "AWS::Lambda::Function": Function,
    "AWS::Lambda::Permission": Permission,
    "AWS::Lambda::Version": Version,
}
