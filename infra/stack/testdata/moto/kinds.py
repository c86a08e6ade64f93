"""The resource types of the template, except those of Lambda, API Gateway and Cognito."""

import json

from kind import Kind
from kinds_api import API_KINDS
from kinds_lambda import LAMBDA_KINDS


class Queue(Kind):
    def create(self):
        name = self.properties["QueueName"]
        self.url = self.call("sqs", "CreateQueue", QueueName=name, Attributes=self.without("QueueName"))["QueueUrl"]
        return self.url, {"Arn": self.stored()["QueueArn"], "QueueName": name}

    def stored(self):
        return self.call("sqs", "GetQueueAttributes", QueueUrl=self.url, AttributeNames=["All"])["Attributes"]

    def describe(self):
        stored = self.stored() | {"QueueName": self.url.rsplit("/", 1)[1]}
        return stored | {"RedrivePolicy": json.loads(stored.get("RedrivePolicy", "{}"))}


class QueuePolicy(Kind):
    def create(self):
        for url in self.properties["Queues"]:
            self.call("sqs", "SetQueueAttributes", QueueUrl=url, Attributes={"Policy": self.properties["PolicyDocument"]})
        return self.logical, {}

    def describe(self):
        url = self.properties["Queues"][0]
        stored = self.call("sqs", "GetQueueAttributes", QueueUrl=url, AttributeNames=["Policy"])["Attributes"]
        return {"Queues": [url], "PolicyDocument": json.loads(stored["Policy"])}


class Table(Kind):
    def create(self):
        p, name = self.properties, self.services.name(self.logical)
        settings = self.without("TimeToLiveSpecification", "PointInTimeRecoverySpecification", "SSESpecification")
        if "SSESpecification" in p:
            settings["SSESpecification"] = {k.replace("SSEEnabled", "Enabled"): v for k, v in p["SSESpecification"].items()}
        arn = self.call("dynamodb", "CreateTable", TableName=name, **settings)["TableDescription"]["TableArn"]
        self.call("dynamodb", "UpdateTimeToLive", TableName=name, TimeToLiveSpecification=p["TimeToLiveSpecification"])
        self.call("dynamodb", "UpdateContinuousBackups", TableName=name,
                  PointInTimeRecoverySpecification=p["PointInTimeRecoverySpecification"])
        return name, {"Arn": arn}

    def describe(self):
        name = self.services.name(self.logical)
        stored = self.call("dynamodb", "DescribeTable", TableName=name)["Table"]
        ttl = self.call("dynamodb", "DescribeTimeToLive", TableName=name)["TimeToLiveDescription"]
        backups = self.call("dynamodb", "DescribeContinuousBackups", TableName=name)["ContinuousBackupsDescription"]
        key = stored.get("SSEDescription", {})
        return stored | {
            "BillingMode": stored["BillingModeSummary"]["BillingMode"],
            "TimeToLiveSpecification": {"AttributeName": ttl["AttributeName"], "Enabled": ttl["TimeToLiveStatus"] == "ENABLED"},
            "PointInTimeRecoverySpecification": {
                "PointInTimeRecoveryEnabled": backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "ENABLED",
                "RecoveryPeriodInDays": self.properties["PointInTimeRecoverySpecification"]["RecoveryPeriodInDays"]},
            "SSESpecification": {"SSEEnabled": key.get("Status") == "ENABLED", "SSEType": key.get("SSEType"),
                                 "KMSMasterKeyId": key.get("KMSMasterKeyArn")},
        }


class Bus(Kind):
    def create(self):
        arn = self.call("events", "CreateEventBus", **self.properties)["EventBusArn"]
        return self.properties["Name"], {"Arn": arn, "Name": self.properties["Name"]}

    def describe(self):
        return self.call("events", "DescribeEventBus", Name=self.properties["Name"])


class BusPolicy(Kind):
    def create(self):
        p = self.properties
        statement = {"Sid": p["StatementId"]} | p["Statement"]
        self.call("events", "PutPermission", EventBusName=p["EventBusName"],
                  Policy={"Version": "2012-10-17", "Statement": [statement]})
        return self.logical, {}

    def describe(self):
        bus = self.properties["EventBusName"]
        statement = json.loads(self.call("events", "DescribeEventBus", Name=bus)["Policy"])["Statement"][0]
        return {"EventBusName": bus, "StatementId": statement.pop("Sid"), "Statement": statement}


class Rule(Kind):
    def create(self):
        p = self.properties
        name = self.properties.setdefault("Name", self.logical)
        arn = self.call("events", "PutRule", **self.without("Targets"))["RuleArn"]
        failed = self.call("events", "PutTargets", Rule=name, EventBusName=p["EventBusName"], Targets=p["Targets"])
        assert failed["FailedEntryCount"] == 0, failed
        return name, {"Arn": arn}

    def describe(self):
        on = {"EventBusName": self.properties["EventBusName"]}
        stored = self.call("events", "DescribeRule", Name=self.properties["Name"], **on)
        targets = self.call("events", "ListTargetsByRule", Rule=self.properties["Name"], **on)["Targets"]
        return stored | {"EventPattern": json.loads(stored["EventPattern"]), "Targets": targets}


class Schedule(Kind):
    def create(self):
        arn = self.call("scheduler", "CreateSchedule", **self.properties)["ScheduleArn"]
        return self.properties["Name"], {"Arn": arn}

    def describe(self):
        return self.call("scheduler", "GetSchedule", Name=self.properties["Name"])


class Role(Kind):
    def create(self):
        name = self.services.name(self.logical)
        arn = self.call("iam", "CreateRole", RoleName=name, **self.without("Policies", "ManagedPolicyArns"))["Role"]["Arn"]
        for policy in self.properties.get("Policies", []):
            # SAM's policy for a schedule has no version, which IAM accepts and moto does not.
            document = {"Version": "2012-10-17"} | policy["PolicyDocument"]
            self.call("iam", "PutRolePolicy", RoleName=name, **policy | {"PolicyDocument": document})
        return name, {"Arn": arn}

    def describe(self):
        name = self.services.name(self.logical)
        stored = self.call("iam", "GetRole", RoleName=name)["Role"]
        policies = [self.call("iam", "GetRolePolicy", RoleName=name, PolicyName=policy)
                    for policy in self.call("iam", "ListRolePolicies", RoleName=name)["PolicyNames"]]
        return stored | {"Policies": policies}


class LogGroup(Kind):
    def create(self):
        name = self.properties["LogGroupName"]
        self.call("logs", "CreateLogGroup", LogGroupName=name)
        self.call("logs", "PutRetentionPolicy", **self.properties)
        return name, {"Arn": self.find()["arn"]}

    def find(self):
        name = self.properties["LogGroupName"]
        return self.call("logs", "DescribeLogGroups", LogGroupNamePrefix=name)["logGroups"][0]

    def describe(self):
        group = self.find()
        return {"LogGroupName": group["logGroupName"], "RetentionInDays": group["retentionInDays"]}


class MetricFilter(Kind):
    def create(self):
        self.call("logs", "PutMetricFilter", FilterName=self.logical, **self.properties)
        return self.logical, {}

    def describe(self):
        group = self.properties["LogGroupName"]
        stored = self.call("logs", "DescribeMetricFilters", LogGroupName=group)["metricFilters"][0]
        return {key[0].upper() + key[1:]: v for key, v in stored.items()} | {
            "MetricTransformations": [{k[0].upper() + k[1:]: v for k, v in t.items()} for t in stored["metricTransformations"]]}


class Alarm(Kind):
    def create(self):
        name = self.properties["AlarmName"]
        self.call("cloudwatch", "PutMetricAlarm", **self.properties)
        self.stored = self.call("cloudwatch", "DescribeAlarms", AlarmNames=[name])["MetricAlarms"][0]
        return name, {"Arn": self.stored["AlarmArn"]}

    def describe(self):
        return self.stored


class Dashboard(Kind):
    def create(self):
        answer = self.call("cloudwatch", "PutDashboard", **self.properties)
        assert not answer.get("DashboardValidationMessages"), answer
        return self.properties["DashboardName"], {}

    def describe(self):
        return self.call("cloudwatch", "GetDashboard", DashboardName=self.properties["DashboardName"])


KINDS = API_KINDS | LAMBDA_KINDS | {
    "AWS::CloudWatch::Alarm": Alarm,
    "AWS::CloudWatch::Dashboard": Dashboard,
    "AWS::DynamoDB::Table": Table,
    "AWS::Events::EventBus": Bus,
    "AWS::Events::EventBusPolicy": BusPolicy,
    "AWS::Events::Rule": Rule,
    "AWS::IAM::Role": Role,
    "AWS::Logs::LogGroup": LogGroup,
    "AWS::Logs::MetricFilter": MetricFilter,
    "AWS::SQS::Queue": Queue,
    "AWS::SQS::QueuePolicy": QueuePolicy,
    "AWS::Scheduler::Schedule": Schedule,
}
