"""AWS API calls over JSON lines: one request a line on stdin, one answer a line on stdout.

    {"service": "ec2", "method": "create_vpc", "parameters": {"CidrBlock": "10.0.0.0/16"}}
    {"upload": "/path/of/a/file/or/directory", "bucket": "b", "key": "k"}

Answers are {"result": ...} or {"error": {"code": ..., "message": ...}}. List calls are followed to their last page.
Usage: python3 aws.py ENDPOINT
"""

import io
import json
import pathlib
import sys
import zipfile

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError, ParamValidationError

CONFIG = Config(retries={"max_attempts": 0}, read_timeout=300, s3={"addressing_style": "path"})


class Clients(dict):
    def __init__(self, endpoint):
        super().__init__()
        self.endpoint = endpoint

    def __missing__(self, service):
        # Placeholder keys, so that no profile of the machine is ever looked up.
        keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
        self[service] = boto3.client(service, endpoint_url=self.endpoint, region_name="us-east-1", config=CONFIG, **keys)
        return self[service]


def call(clients, service, method, parameters):
    client = clients[service]
    if client.can_paginate(method):
        return client.get_paginator(method).paginate(**parameters).build_full_result()
    result = getattr(client, method)(**parameters)
    result.pop("ResponseMetadata", None)
    return result


def upload(clients, source, bucket, key):
    s3, path = clients["s3"], pathlib.Path(source)
    if bucket not in [each["Name"] for each in s3.list_buckets()["Buckets"]]:
        s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key=key, Body=zipped(path) if path.is_dir() else path.read_bytes())
    return {}


def zipped(directory):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path in sorted(directory.rglob("*")):
            archive.write(path, path.relative_to(directory))
    return buffer.getvalue()


def answer(clients, request):
    try:
        if "upload" in request:
            return {"result": upload(clients, request["upload"], request["bucket"], request["key"])}
        return {"result": call(clients, request["service"], request["method"], request.get("parameters", {}))}
    except ClientError as error:
        return {"error": {"code": error.response["Error"]["Code"], "message": error.response["Error"]["Message"]}}
    except ParamValidationError as error:
        return {"error": {"code": "ParamValidationError", "message": str(error)}}


def main(endpoint):
    clients = Clients(endpoint)
    for line in sys.stdin:
        print(json.dumps(answer(clients, json.loads(line)), default=str), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
