"""Django's settings for the services beside the portal: where files lie, and who takes mail."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

from network.addresses import Mail, ObjectStorage, SettingError
from network.environment import LOOPBACK

MAIL_SECONDS = 20


def files(bucket: ObjectStorage | None, directory: Path) -> dict[str, Any]:
    """One entry of STORAGES: the bucket, or a directory that only its owner can read."""
    if bucket is None:
        return {
            "BACKEND": "network.storage.PrivateFiles",
            "OPTIONS": {
                "location": directory,
                "file_permissions_mode": 0o600,
                "directory_permissions_mode": 0o700,
            },
        }
    if find_spec("storages") is None or find_spec("boto3") is None:
        raise SettingError(
            "ENTENTE_STORAGE needs the extra s3, which is not installed: install requirements-s3.lock as well."
        )
    return {
        "BACKEND": "network.bucket.PrivateBucket",
        "OPTIONS": {
            "endpoint_url": bucket.endpoint,
            "bucket_name": bucket.bucket,
            "region_name": bucket.region,
            "access_key": bucket.key_id,
            "secret_key": bucket.secret,
        },
    }


def mail(server: Mail | None, directory: Path) -> dict[str, Any]:
    """The settings EMAIL_*: the server, spoken to with TLS unless it is this computer, or files that keep each mail."""
    if server is None:
        directory.mkdir(mode=0o700, exist_ok=True)
        server = Mail("localhost", 25, "", None, tls=False, sender="entente@localhost")
        backend = "filebased"
    else:
        backend = "smtp"
    return {
        "EMAIL_BACKEND": f"django.core.mail.backends.{backend}.EmailBackend",
        "EMAIL_FILE_PATH": directory,
        "EMAIL_HOST": server.host,
        "EMAIL_PORT": server.port,
        "EMAIL_HOST_USER": server.user,
        "EMAIL_HOST_PASSWORD": server.password or "",
        "EMAIL_USE_SSL": server.tls,
        "EMAIL_USE_TLS": not server.tls and server.host not in LOOPBACK,
        "EMAIL_TIMEOUT": MAIL_SECONDS,
        "DEFAULT_FROM_EMAIL": server.sender,
    }
