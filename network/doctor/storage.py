"""Whether the bucket takes a file, gives it back and forgets it."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from importlib import import_module
from typing import Any

from network.doctor.findings import Case, Check, Finding, failed, ok, skipped

PREFIX = "doctor/"


def _bucket(case: Case) -> Iterator[Finding]:
    place, one = "storage.bucket", case.environment.storage
    if one is None:
        yield skipped(place, "None is set: files lie in the data directory.")
        return
    try:
        boto3: Any = import_module("boto3")
        exceptions: Any = import_module("botocore.exceptions")
        configuration: Any = import_module("botocore.config")
    except ImportError:
        yield failed(
            place,
            "What speaks to buckets is not installed.",
            "Install the portal with its extra `s3`, from requirements-s3.lock.",
        )
        return
    patience = configuration.Config(
        connect_timeout=3,
        read_timeout=5,
        retries={"total_max_attempts": 1},
        s3={"addressing_style": "path"},
        proxies={},
    )
    client: Any = boto3.client(
        "s3", endpoint_url=one.endpoint, region_name=one.region, aws_access_key_id=one.key_id,
        aws_secret_access_key=one.secret, config=patience, verify=str(case.authority) if case.authority else None,
    )  # fmt: skip
    name, held = PREFIX + secrets.token_hex(8), secrets.token_bytes(64)
    doing = "write"
    try:
        if not _is_there(client, one.bucket, exceptions.ClientError):
            yield failed(
                place, f"There is no bucket {one.bucket} at {one.endpoint}.", "Make it, closed to the public."
            )
            return
        client.put_object(Bucket=one.bucket, Key=name, Body=held)
        doing = "read"
        same = client.get_object(Bucket=one.bucket, Key=name)["Body"].read() == held
        doing = "delete"
        client.delete_object(Bucket=one.bucket, Key=name)
    except exceptions.ClientError as error:
        code = error.response.get("Error", {}).get("Code", "no reason")
        yield failed(
            place,
            f"The service answers, and we may not {doing} in {one.bucket} ({code}).",
            "Look at the name of the bucket, at the key and its secret, and at what the key may do.",
        )
        return
    except exceptions.BotoCoreError as error:
        yield failed(
            place,
            f"The service cannot be reached at {one.endpoint} ({type(error).__name__}).",
            "Start it, and compare its address with ENTENTE_STORAGE.",
        )
        return
    finally:
        client.close()
    if same:
        yield ok(place, f"{one.bucket} takes a file, gives it back and forgets it.")
    else:
        yield failed(
            place, "What is read is not what was written.", "Do not use this service: it changes files."
        )


def _is_there(client: Any, bucket: str, refused: type[Exception]) -> bool:
    """Asked first, since some services make a bucket for whoever writes into it."""
    try:
        client.head_bucket(Bucket=bucket)
    except refused as error:
        status: int = getattr(error, "response", {}).get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        return status != 404  # a key for objects alone may not ask for the bucket
    return True


CHECKS = (Check("storage.bucket", _bucket, 30),)
