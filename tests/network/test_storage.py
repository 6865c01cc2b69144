"""Files lie where only the portal reads them: in the data directory, or in a bucket of an S3-compatible service."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import httpx
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import StorageHandler
from django.core.files.storage.base import Storage

from network.addresses import ObjectStorage, SettingError
from network.bench.ports import free_port
from network.environment import BASE
from network.services_beside import files
from tests import seaweed
from tests.seaweed import BUCKET, KEY_ID, SECRET, Seaweed

PLACES = ["directory", "bucket"]


def storage_of(entry: dict[str, Any]) -> Storage:
    """The storage that Django makes of this entry of STORAGES."""
    return StorageHandler({}).create_storage(entry)


def bucket_at(endpoint: str, *, bucket: str = BUCKET, key_id: str = KEY_ID, secret: str = SECRET) -> Storage:
    return storage_of(files(ObjectStorage(endpoint, bucket, "us-east-1", key_id, secret), Path("unused")))


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seaweed]:
    with seaweed.running(tmp_path_factory.mktemp("seaweed")) as running:
        client = boto3.client(
            "s3",
            endpoint_url=running.address,
            region_name="us-east-1",
            aws_access_key_id=KEY_ID,
            aws_secret_access_key=SECRET,
        )
        client.create_bucket(Bucket=BUCKET)
        yield running


@pytest.fixture(params=PLACES)
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    if request.param == "directory":
        return storage_of(files(None, tmp_path / "files"))
    return bucket_at(request.getfixturevalue("service").address)


def test_what_is_written_is_read_listed_and_deleted(storage: Storage, tmp_path: Path) -> None:
    folder = tmp_path.name
    kept = storage.save(f"{folder}/one", ContentFile(b"sealed bytes"))
    assert kept == f"{folder}/one"
    with storage.open(kept) as file:
        assert file.read() == b"sealed bytes"
    assert storage.exists(kept)
    assert storage.size(kept) == len(b"sealed bytes")
    assert storage.listdir(folder) == ([], ["one"])
    storage.delete(kept)
    assert not storage.exists(kept)
    storage.delete(kept)


def test_a_file_of_the_same_name_replaces_none(storage: Storage, tmp_path: Path) -> None:
    first = storage.save(f"{tmp_path.name}/same", ContentFile(b"first"))
    second = storage.save(f"{tmp_path.name}/same", ContentFile(b"second"))
    assert first != second
    with storage.open(first) as file:
        assert file.read() == b"first"


def test_an_absent_file_is_absent_in_both_places(storage: Storage) -> None:
    with pytest.raises(FileNotFoundError):
        storage.open("no/such/file")
    with pytest.raises(FileNotFoundError):
        storage.size("no/such/file")


def test_a_large_file_comes_back_as_it_was(storage: Storage, tmp_path: Path) -> None:
    source = tmp_path / "large"
    digest = hashlib.sha256()
    with source.open("wb") as file:
        for _ in range(40):
            part = os.urandom(1024 * 1024)
            digest.update(part)
            file.write(part)
    with source.open("rb") as content:
        kept = storage.save(f"{tmp_path.name}/large", ContentFile(content.read()))
    with storage.open(kept) as file:
        back = hashlib.file_digest(file, "sha256")
    assert back.hexdigest() == digest.hexdigest()


def test_no_file_has_an_address(storage: Storage) -> None:
    with pytest.raises(NotImplementedError):
        storage.url("one")


def test_nobody_but_the_owner_reads_the_directory(tmp_path: Path) -> None:
    storage = storage_of(files(None, tmp_path / "files"))
    kept = Path(storage.path(storage.save("folder/one", ContentFile(b"sealed bytes"))))
    modes = [one.stat().st_mode & 0o777 for one in (tmp_path / "files", kept.parent, kept)]
    assert modes == [0o700, 0o700, 0o600]


def test_a_stranger_reads_nothing_of_the_bucket(service: Seaweed, tmp_path: Path) -> None:
    kept = bucket_at(service.address).save(f"{tmp_path.name}/one", ContentFile(b"sealed bytes"))
    assert httpx.get(f"{service.address}/{BUCKET}/{kept}").status_code == 403


ACTS: dict[str, Callable[[Storage], object]] = {
    "write": lambda storage: storage.save("one", ContentFile(b"sealed bytes")),
    "read": lambda storage: storage.open("one"),
    "look": lambda storage: storage.exists("one"),
    "list": lambda storage: storage.listdir(""),
    "size": lambda storage: storage.size("one"),
    "delete": lambda storage: storage.delete("one"),
}


@pytest.mark.parametrize("act", ACTS)
def test_a_wrong_secret_is_said_in_one_sentence(service: Seaweed, act: str) -> None:
    with pytest.raises(OSError, match=r"The storage at http://\S+ refuses the (access key or its )?secret"):
        ACTS[act](bucket_at(service.address, secret="wrong-secret"))


def test_an_unknown_key_and_an_absent_bucket_are_said(service: Seaweed) -> None:
    with pytest.raises(OSError, match="does not know the access key in ENTENTE_STORAGE_KEY_ID"):
        bucket_at(service.address, key_id="nobody").listdir("")
    with pytest.raises(OSError, match="has no such bucket"):
        bucket_at(service.address, bucket="absent").listdir("")


@pytest.mark.parametrize("act", ACTS)
def test_a_service_that_is_down_is_said_within_bounds(act: str) -> None:
    began = time.monotonic()
    with pytest.raises(OSError, match=r"The storage at http://\S+ cannot be reached") as failed:
        ACTS[act](bucket_at(f"http://127.0.0.1:{free_port()}"))
    assert not isinstance(failed.value, FileNotFoundError)
    assert time.monotonic() - began < 60


def test_the_settings_of_a_start_reach_the_bucket(service: Seaweed, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text(SECRET)
    program = (
        "import django; django.setup()\n"
        "from django.core.files.base import ContentFile\n"
        "from django.core.files.storage import default_storage as storage\n"
        "print(storage.open(storage.save('started', ContentFile(b'sealed'))).read().decode())"
    )
    environment = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "network.settings",
        "ENTENTE_DATA": str(tmp_path / "data"),
        "ENTENTE_STORAGE": f"{service.address}/{BUCKET}",
        "ENTENTE_STORAGE_KEY_ID": KEY_ID,
        "ENTENTE_STORAGE_SECRET_FILE": str(secret),
    }
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=BASE,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("sealed\n", "")


def test_without_the_extra_the_setting_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("network.services_beside.find_spec", lambda name: None)
    with pytest.raises(SettingError, match=r"needs the extra s3.*requirements-s3\.lock"):
        bucket_at("http://127.0.0.1:1")


def test_without_the_setting_the_extra_is_not_asked_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("network.services_beside.find_spec", lambda name: None)
    assert not storage_of(files(None, tmp_path)).exists("one")
