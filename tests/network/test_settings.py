"""The settings that a real deployment gets, each read in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from network.environment import BASE


def settings_with(tmp_path: Path, **variables: str) -> dict[str, object]:
    """What network.settings holds when the process starts with these variables."""
    program = (
        "import json, network.settings as s; print(json.dumps({n: getattr(s, n) for n in dir(s) if n.isupper()},"
        " default=str))"
    )
    environment = {"PATH": os.environ["PATH"], "ENTENTE_DATA": str(tmp_path), **variables}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=BASE, env=environment, capture_output=True, text=True, check=True
    )
    settings: dict[str, object] = json.loads(done.stdout)
    return settings


def test_over_tls_cookies_are_secure_and_bound_to_the_host(tmp_path: Path) -> None:
    settings = settings_with(tmp_path, ENTENTE_ORIGIN="https://portal.example.org")
    assert settings["SESSION_COOKIE_NAME"] == "__Host-entente-session"
    assert settings["CSRF_COOKIE_NAME"] == "__Host-entente-csrf"
    assert settings["KNOWN_BROWSER_COOKIE_NAME"] == "__Host-entente-browser"
    assert settings["SESSION_COOKIE_SECURE"] is settings["CSRF_COOKIE_SECURE"] is True
    assert settings["ALLOWED_HOSTS"] == ["portal.example.org"]
    assert settings["CSRF_TRUSTED_ORIGINS"] == ["https://portal.example.org"]


def test_a_forwarded_protocol_is_believed_only_behind_a_proxy(tmp_path: Path) -> None:
    assert "SECURE_PROXY_SSL_HEADER" not in settings_with(tmp_path)
    assert "SECURE_PROXY_SSL_HEADER" in settings_with(tmp_path, ENTENTE_BEHIND_PROXY="1")


def test_passwords_are_kept_as_argon2(tmp_path: Path) -> None:
    hashers = settings_with(tmp_path)["PASSWORD_HASHERS"]
    assert isinstance(hashers, list)
    assert hashers[0].endswith("Argon2PasswordHasher")


def test_what_is_committed_survives_a_power_cut(tmp_path: Path) -> None:
    settings = settings_with(tmp_path)
    options = settings["DATABASES"]["default"]["OPTIONS"]  # type: ignore[index]
    assert options["transaction_mode"] == "IMMEDIATE"
    assert "synchronous=FULL" in options["init_command"]
    assert "journal_mode=WAL" in options["init_command"]


def test_the_database_really_runs_in_wal_mode(tmp_path: Path) -> None:
    program = (
        "from network.cli import start_django; start_django(); from django.db import connection; "
        "print(connection.cursor().execute('PRAGMA journal_mode').fetchone())"
    )
    environment = {"PATH": os.environ["PATH"], "ENTENTE_DATA": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=BASE, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "('wal',)"


def test_nobody_but_the_owner_reads_the_database_whatever_the_directory_is(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    name = settings_with(tmp_path)["DATABASE"]
    assert Path(str(name)).stat().st_mode & 0o777 == 0o600


def test_all_processes_of_one_origin_share_their_cookies(tmp_path: Path) -> None:
    origin = "http://localhost:8000"
    names = {
        str(settings_with(tmp_path, ENTENTE_ORIGIN=origin, ENTENTE_PORT=port)["SESSION_COOKIE_NAME"])
        for port in ("8001", "8002")
    }
    assert names == {"entente-session-8000"}
