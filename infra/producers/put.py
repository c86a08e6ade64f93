"""Puts an event with boto3. Arguments: endpoint, detail. Prints "ok" or the error's code."""

import sys

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

endpoint, detail = sys.argv[1:]
client = boto3.client("events", endpoint_url=endpoint, region_name="eu-west-1", config=Config(retries={"total_max_attempts": 1}))
try:
    answer = client.put_events(
        Entries=[{"Source": "thordata.scraper", "DetailType": "Web Scraper Task Status Change", "Detail": detail}]
    )
    print("ok" if answer["FailedEntryCount"] == 0 else answer)
except ClientError as error:
    print(error.response["Error"]["Code"])
