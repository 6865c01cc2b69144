"""The settings of the tests: the portal's own, on a directory that is thrown away, with quick hashing.

On SQLite, or on PostgreSQL as tests/database.py has it.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

from tests import database

for _name in [name for name in os.environ if name.startswith("ENTENTE_")]:
    del os.environ[_name]
_directory = tempfile.mkdtemp(prefix="entente-tests-")
atexit.register(shutil.rmtree, _directory, ignore_errors=True)
os.environ["ENTENTE_DATA"] = _directory
os.environ["ENTENTE_LOG_LEVEL"] = "WARNING"
if database.ADDRESS:
    os.environ["ENTENTE_DATABASE"] = database.ADDRESS

from network.settings import *  # noqa: E402, F403
from network.settings import DATA, DATABASES, PASSWORD_HASHERS  # noqa: E402

# Argon2 takes 0.17 s each by design; that it comes first is a test of its own
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *PASSWORD_HASHERS]
if not database.ADDRESS:
    # a file, not memory: several threads read and write it as they do in the server
    DATABASES["default"]["TEST"] = {"NAME": DATA / "test.sqlite3"}
    DATABASES["default"]["OPTIONS"]["init_command"] = (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; PRAGMA temp_store=MEMORY;"
    )
