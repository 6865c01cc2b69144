"""Files in a bucket of an S3-compatible service; imported only where one is set.

Every failure of the service is an OSError with one sentence, as a failure of a disk would be: whoever stores files need
not know where they lie. What is absent is a FileNotFoundError in both places.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

from boto3.exceptions import Boto3Error
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files import File
from storages.backends.s3 import S3Storage

CONNECT_SECONDS, READ_SECONDS = 5, 20
ATTEMPTS = 3
IN_MEMORY = 8 * 1024 * 1024
SENTENCES = {
    "InvalidAccessKeyId": "does not know the access key in ENTENTE_STORAGE_KEY_ID",
    "SignatureDoesNotMatch": "refuses the secret in ENTENTE_STORAGE_SECRET_FILE",
    "NoSuchBucket": "has no such bucket",
    "AccessDenied": "does not let this access key do that",
    "403": "refuses the access key or its secret, or does not let it do that",
}


class StorageFailed(OSError):
    """The service did not do what was asked; nothing says whether it will the next time."""


class PrivateBucket(S3Storage):  # type: ignore[misc]  # it ships no types
    """No object is public, has an address or is replaced by another of its name."""

    def __init__(self, **options: Any) -> None:
        config = Config(
            signature_version="s3v4",
            # the name of the bucket in the host would want a certificate for each
            s3={"addressing_style": "path"},
            connect_timeout=CONNECT_SECONDS,
            read_timeout=READ_SECONDS,
            retries={"total_max_attempts": ATTEMPTS, "mode": "standard"},
            # TLS and the signature of the request cover the body; not every service knows the newer checksums
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        )
        super().__init__(
            client_config=config,
            default_acl=None,
            file_overwrite=False,
            max_memory_size=IN_MEMORY,
            # not from the environment or the home directory of whoever runs the portal
            security_token=None,
            session_profile=None,
            **options,
        )

    def url(self, name: str | None, *more: Any, **options: Any) -> NoReturn:
        raise NotImplementedError("Files have no address of their own.")

    def _open(self, name: str, mode: str = "rb") -> File[Any]:
        with self._asked():
            opened: File[Any] = super()._open(name, mode)
            if "r" in mode:
                opened.open()  # fetched now, so that what fails fails here
            return opened

    def _save(self, name: str, content: File[Any]) -> str:
        with self._asked():
            return str(super()._save(name, content))

    def delete(self, name: str) -> None:
        with self._asked():
            super().delete(name)

    def exists(self, name: str) -> bool:
        with self._asked():
            return bool(super().exists(name))

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        with self._asked():
            folders, files = super().listdir(path)
            return folders, files

    def size(self, name: str) -> int:
        with self._asked():
            return int(super().size(name))

    @contextmanager
    def _asked(self) -> Iterator[None]:
        try:
            yield
        except ClientError as error:
            code = str(error.response.get("Error", {}).get("Code", ""))
            if code in ("404", "NoSuchKey"):
                raise FileNotFoundError("There is no such file in the bucket.") from error
            what = SENTENCES.get(code, f"answers {code}")
            raise StorageFailed(f"The storage at {self.endpoint_url} {what}.") from error
        except (BotoCoreError, Boto3Error) as error:
            kind = type(error).__name__
            raise StorageFailed(f"The storage at {self.endpoint_url} cannot be reached: {kind}.") from error
