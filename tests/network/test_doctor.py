"""`entente doctor` finds a good deployment good, and names each fault in its own line and nothing else for it.

The deployment is real: the portal as a process, PostgreSQL, Valkey, and Caddy with a certificate before them.
"""

from __future__ import annotations

import json
import os
import socket as socket_of_python
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from redis import Redis

from members import clock
from members.background import moments
from members.background.models import Task, Worker
from members.register import restoration, signer
from members.register.models import Entry
from messaging.live import admission
from network.bench import postgres, valkey
from network.bench.ports import free_port
from network.cli import main
from network.doctor import command, portal, redis, register, rounds, settings, socket, work
from network.doctor.findings import Case, Check, Finding, Level, ok
from network.environment import BASE, Environment, Origin
from tests import kit
from tests.servers import running

BY_THE_MACHINE = {"database.speed", "redis.answers", "files.space"}
"""What a busy or a full machine decides, and not the deployment."""
PATIENCE = 60.0


# --- certificates ---


class Authority:
    """A private authority, and the certificates that it makes for this computer."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "authority of the tests")])
        certificate = (
            self._begun(self.name, self.key, days=30, of=95)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(self.key.public_key()), critical=False)
            .add_extension(_usage(signs_certificates=True), critical=True)
            .sign(self.key, hashes.SHA256())
        )
        self.file = directory / "authority.pem"
        self.file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))

    def issue(self, host: str, *, days: float, of: float = 95) -> str:
        """A certificate for this name with so many days left `of` some; in words of the proxy, two files."""
        stem = self.directory / f"{host}-{days}-{of}"
        chain, secret = stem.with_suffix(".crt"), stem.with_suffix(".key")
        if chain.exists():
            return f"{chain} {secret}"
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
        certificate = (
            self._begun(subject, key, days=days, of=of)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False
            )
            .sign(self.key, hashes.SHA256())
        )
        chain.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        secret.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        return f"{chain} {secret}"

    def _begun(
        self, subject: x509.Name, key: ec.EllipticCurvePrivateKey, *, days: float, of: float
    ) -> x509.CertificateBuilder:
        ends = datetime.now(UTC) + timedelta(days=days)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self.name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(ends - timedelta(days=of))
            .not_valid_after(ends)
        )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True, content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=signs_certificates, crl_sign=signs_certificates,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip


# --- the proxy ---

PASS_ON = "reverse_proxy 127.0.0.1:{portal}"


@dataclass
class Proxy:
    """Caddy before the portal, in a good configuration that can be spoilt for a while."""

    directory: Path
    authority: Authority
    port: int = field(default_factory=free_port)
    plain: int = field(default_factory=free_port)
    portal: int = field(default_factory=free_port)
    runs_with: str = ""
    process: subprocess.Popen[bytes] | None = None

    @property
    def origin(self) -> str:
        return f"https://localhost:{self.port}"

    def configuration(
        self, *, spoilt: str = "", certificate: str = "", way: str = PASS_ON, tls: str = "", plain: str = ""
    ) -> str:
        certificate = certificate or self.authority.issue("localhost", days=90)
        return f"""
        {{
            admin off
            auto_https off
            persist_config off
            grace_period 1s
        }}
        {self.origin} {{
            bind 127.0.0.1
            tls {certificate} {{
                {tls}
            }}
            {spoilt}
            {way.format(portal=self.portal)}
        }}
        http://localhost:{self.plain} {{
            bind 127.0.0.1
            {plain or f"redir {self.origin}{{uri}} permanent"}
        }}
        """

    def begin(self, **changes: str) -> None:
        """Goes on with this configuration from now on; anew, for the end of a reload cannot be waited for."""
        wanted = self.configuration(**changes)
        if wanted == self.runs_with:
            return
        self.end()
        file, log = self.directory / "Caddyfile", self.directory / "caddy.log"
        file.write_text(wanted)
        with log.open("wb") as said:
            self.process = subprocess.Popen(
                [Path(sys.executable).parent / "caddy", "run", "--config", file, "--adapter", "caddyfile"],
                env={"HOME": str(self.directory), "XDG_DATA_HOME": str(self.directory), "PATH": os.defpath},
                stdin=subprocess.DEVNULL, stdout=said, stderr=said,
            )  # fmt: skip
        deadline = time.monotonic() + PATIENCE
        for port in (self.port, self.plain):
            while not listens(port):
                assert self.process.poll() is None, log.read_text()
                assert time.monotonic() < deadline, log.read_text()
                time.sleep(0.02)
        self.runs_with = wanted

    def end(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()


def listens(port: int) -> bool:
    try:
        socket_of_python.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


# --- the deployment ---


def doctor(*words: str, **variables: str) -> subprocess.Popen[str]:
    """`entente doctor` as an operator runs it, with these settings."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ENTENTE_")}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    return subprocess.Popen(
        [sys.executable, "-m", "network", "doctor", *words],
        cwd=BASE,
        env=environment | variables,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture(autouse=True)
def patience_with_a_busy_computer(monkeypatch: pytest.MonkeyPatch) -> None:
    """What an operator takes for no answer may be one that takes its time here."""
    for module in (portal, socket):
        monkeypatch.setattr(module, "PATIENCE", PATIENCE)


@dataclass
class Deployment:
    """All that runs, and the settings that the portal runs with."""

    proxy: Proxy
    database: postgres.Postgres
    data: Path
    settings: dict[str, str]
    directory: Path

    def begin(self, *words: str, **changes: str) -> subprocess.Popen[str]:
        """A run on this deployment, with these settings changed."""
        plain = ("--http-port", str(self.proxy.plain), "--ca", str(self.proxy.authority.file))
        return doctor(*words, *plain, **(self.settings | changes))

    def from_outside(self, **changes: str) -> dict[str, list[Finding]]:
        """What is found at the address of the portal alone, behind a proxy that has been changed so."""
        self.proxy.begin(**changes)
        case = Case(
            Origin.parse(self.proxy.origin), None, authority=self.proxy.authority.file, plain_port=self.proxy.plain
        )  # fmt: skip
        checks = [check for check in command.CHECKS if check.group in ("portal", "socket")]
        checks += [check for check in command.CHECKS if check.name == "clock.portal"]
        return by_place(rounds.make([replace(check, seconds=PATIENCE) for check in checks], case))


def by_place(findings: list[Finding]) -> dict[str, list[Finding]]:
    found: dict[str, list[Finding]] = {}
    for one in findings:
        found.setdefault(one.place, []).append(one)
    return found


def amiss(findings: Mapping[str, list[Finding]]) -> dict[str, Level]:
    """Where something is to be done, and how bad it is."""
    return {
        place: one.level
        for place, ones in findings.items()
        for one in ones
        if one.level in (Level.WARNING, Level.FAILED) and place not in BY_THE_MACHINE
    }


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    directory = tmp_path_factory.mktemp("deployment")
    proxy = Proxy(directory, Authority(directory))
    with (
        postgres.running() as database,
        valkey.running() as redis_server,
        mail_server() as mail,
    ):
        data = directory / "data"
        data.mkdir(mode=0o700)
        secret = directory / "redis_password"
        secret.write_text("word of the tests")
        secret.chmod(0o600)
        with closing(Redis(port=redis_server.port)) as client:
            client.config_set("requirepass", "word of the tests")
        settings_given = {
            "ENTENTE_ORIGIN": proxy.origin,
            "ENTENTE_DATA": str(data),
            "ENTENTE_PORT": str(proxy.portal),
            "ENTENTE_BEHIND_PROXY": "1",
            "ENTENTE_DATABASE": database.address,
            "ENTENTE_REDIS": redis_server.address,
            "ENTENTE_REDIS_PASSWORD_FILE": str(secret),
            "ENTENTE_LOG_FORMAT": "json",
            "ENTENTE_MAIL": f"smtp://127.0.0.1:{mail}",
            "ENTENTE_MAIL_FROM": "portal@example.org",
        }
        given = {
            name: value
            for name, value in settings_given.items()
            if name not in ("ENTENTE_DATA", "ENTENTE_PORT")
        }
        with running(data, port=proxy.portal, variables=given):
            try:
                proxy.begin()
                yield Deployment(proxy, database, data, settings_given, directory)
            finally:
                proxy.end()


@contextmanager
def mail_server() -> Iterator[int]:
    controller = Controller(Sink(), hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


# --- seen from the inside: the whole command, once for each fault ---


@dataclass(frozen=True)
class Said:
    """What a run of the command has given."""

    code: int
    output: str
    findings: dict[str, list[Finding]]


INSIDE = ("files", "database", "redis", "storage", "mail", "register")
GUARDED = "a-password-that-nobody-may-see"


@pytest.fixture(scope="module")
def said(deployment: Deployment) -> dict[str, Said]:
    """All runs, each with one thing wrong."""
    database, directory = deployment.database, deployment.directory
    database.psql("CREATE DATABASE unshaped")
    database.psql(f"CREATE ROLE guarded LOGIN PASSWORD '{GUARDED}'")
    rules = database.directory / "data" / "pg_hba.conf"
    rules.write_text(f"host all guarded 127.0.0.1/32 scram-sha-256\n{rules.read_text()}")
    database.psql("SELECT pg_reload_conf()")
    database.psql("ALTER DATABASE unshaped SET synchronous_commit = off")
    wrong = directory / "wrong_password"
    wrong.write_text("not-the-password-at-all")
    wrong.chmod(0o600)
    address = deployment.settings["ENTENTE_DATABASE"]
    with tempfile.TemporaryDirectory() as everybody:
        Path(everybody).chmod(0o755)
        shown = Path(everybody) / "secret_key"
        shown.write_text("s" * 64)
        shown.chmod(0o644)
        faults: dict[str, dict[str, str]] = {
            "good": {},
            "unshaped": {"ENTENTE_DATABASE": address.removesuffix("entente") + "unshaped"},
            "wrong password": {
                "ENTENTE_DATABASE": address.replace("entente@", "guarded@"),
                "ENTENTE_DATABASE_PASSWORD_FILE": str(wrong),
            },
            "nothing beside it": {
                "ENTENTE_DATABASE": "postgresql://entente@127.0.0.1:1/entente",
                "ENTENTE_REDIS": "redis://127.0.0.1:1/0",
                "ENTENTE_MAIL": "smtp://127.0.0.1:1",
                "ENTENTE_STORAGE": "http://127.0.0.1:1/bucket",
                "ENTENTE_STORAGE_KEY_ID": "key",
                "ENTENTE_STORAGE_SECRET_FILE": str(wrong),
            },
            "careless": {
                "ENTENTE_SECRET_KEY_FILE": str(shown),
                "ENTENTE_REDIS_PASSWORD_FILE": str(wrong),
            },
            "typos": {
                "ENTENTE_ORIGN": "https://portal.example.org",
                "ENTENTE_LOG_LEVEL": "LOUD",
                "ENTENTE_DATABASE": f"postgres://entente:{GUARDED}@127.0.0.1/entente",
            },
        }
        # the way in is the same for most of them
        inside = dict.fromkeys(("unshaped", "wrong password", "nothing beside it"), INSIDE)

        def run(name: str) -> Said:
            process = deployment.begin("--json", *inside.get(name, ()), **faults[name])
            return read(*process.communicate(timeout=120), process.returncode)

        # two at a time: all at once would make the portal as slow as one that does not answer
        with ThreadPoolExecutor(2) as pool:
            return dict(zip(faults, pool.map(run, faults), strict=True))


def read(output: str, errors: str, code: int) -> Said:
    assert errors == ""
    lines: list[dict[str, Any]] = json.loads(output)["findings"]
    levels = {level.value.lower(): level for level in Level}
    findings = [Finding(one["place"], levels[one["level"]], one["saw"], one["do"]) for one in lines]
    return Said(code, output, by_place(findings))


def test_a_good_deployment_is_found_good(said: dict[str, Said]) -> None:
    good = said["good"]
    assert amiss(good.findings) == {}
    assert good.code == 0
    looked_at = {place for place, ones in good.findings.items() if ones[0].level is Level.OK}
    assert set(good.findings) - looked_at - BY_THE_MACHINE == {"storage.bucket", "register.key"}


FAULTS: dict[str, dict[str, str]] = {
    "unshaped": {
        "database.shape": "migrations have not been applied",
        "database.keeps": "synchronous_commit off",
    },
    "wrong password": {"database.answers": "refuses the password of guarded"},
    "nothing beside it": {
        "database.answers": "cannot be reached at 127.0.0.1, port 1",
        "redis.answers": "cannot be reached",
        "mail.server": "127.0.0.1, port 1",
        "storage.bucket": "cannot be reached",
    },
    "careless": {"files.closed": "ENTENTE_SECRET_KEY_FILE", "redis.answers": "refuses our password"},
}


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_is_named_and_nothing_else_fails_for_it(said: dict[str, Said], fault: str) -> None:
    run = said[fault]
    failures = {
        place: one for place, ones in run.findings.items() for one in ones if one.level is Level.FAILED
    }
    assert set(failures) == set(FAULTS[fault])
    for place, words in FAULTS[fault].items():
        assert words in failures[place].saw
        assert failures[place].do
    assert run.code == 1


def test_every_misspelt_setting_is_told_at_once(said: dict[str, Said]) -> None:
    run = said["typos"]
    told = [one.saw for one in run.findings["settings.read"]]
    assert [
        next(name for name in ("ORIGN", "LOG_LEVEL", "DATABASE") if name in sentence) for sentence in told
    ] == ["ORIGN", "LOG_LEVEL", "DATABASE"]
    assert {
        one.level for place, ones in run.findings.items() if place != "settings.read" for one in ones
    } == {Level.SKIPPED}
    assert run.code == 1


def test_no_run_tells_a_secret(said: dict[str, Said], deployment: Deployment) -> None:
    secrets = [GUARDED, "not-the-password-at-all", "word of the tests", "s" * 64]
    secrets.append((deployment.data / "secret_key").read_text())
    assert [(name, secret) for name, run in said.items() for secret in secrets if secret in run.output] == []


def test_a_person_reads_one_line_for_each_place_and_a_count(deployment: Deployment) -> None:
    process = deployment.begin("settings", "redis", "mail", "--mail", "ada@example.org")
    output, errors = process.communicate(timeout=120)
    *lines, empty, counted = output.splitlines()
    assert errors == empty == ""
    assert all(line.split()[0] in {level.value for level in Level} for line in lines)
    assert any("taken a mail to ada@example.org" in line for line in lines)
    assert counted.endswith("0 failed, 0 not looked at.")


@pytest.mark.parametrize(
    "words", [["--ca", "/absent"], ["--origin", "portal.example.org"], ["everything"], ["--unknown"]]
)
def test_what_cannot_be_run_ends_with_two(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    try:
        code: object = main(["doctor", *words])
    except SystemExit as end:
        code = end.code
    assert code == command.COULD_NOT_RUN
    assert "entente" in capsys.readouterr().err


def test_the_embedded_default_is_found_good(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with running(data) as server:
        given = {"ENTENTE_DATA": str(data), "ENTENTE_PORT": str(server.port)}
        process = doctor("--json", **given)
        said = read(*process.communicate(timeout=120), process.returncode)
    assert amiss(said.findings) == {}
    assert {"database.shape", "database.keeps", "portal.headers", "socket.opens"} <= {
        place for place, ones in said.findings.items() if ones[0].level is Level.OK
    }


def test_a_directory_that_is_not_there_is_named_and_not_made(tmp_path: Path) -> None:
    process = doctor("--json", "files", "database", "register", ENTENTE_DATA=str(tmp_path / "absent"))
    said = read(*process.communicate(timeout=120), process.returncode)
    assert amiss(said.findings) == {"files.data": Level.FAILED}
    assert list(tmp_path.iterdir()) == []


# --- seen from the outside: the proxy, spoilt in one way after another ---


def test_a_good_proxy_is_found_good(deployment: Deployment) -> None:
    found = deployment.from_outside()
    assert amiss(found) == {}
    assert {one.level for ones in found.values() for one in ones} == {Level.OK}


FAILED, WARNING = Level.FAILED, Level.WARNING
SPOILT: dict[str, tuple[dict[str, str], dict[str, Level], str]] = {
    "a header is taken away": (
        {"spoilt": "header -X-Frame-Options", "way": PASS_ON},
        {"portal.headers": FAILED},
        "X-Frame-Options is missing",
    ),
    "the policy is weakened": (
        {"way": PASS_ON + ' {{\nheader_down Content-Security-Policy "default-src *"\n}}'},
        {"portal.headers": FAILED},
        "instead of",
    ),
    "HSTS comes twice": (
        {"way": PASS_ON + ' {{\nheader_down +Strict-Transport-Security "max-age=1"\n}}'},
        {"portal.hsts": FAILED},
        "comes 2 times",
    ),
    "cookies lose their restrictions": (
        {"way": PASS_ON + ' {{\nheader_down Set-Cookie "; (HttpOnly|Secure)" ""\n}}'},
        {"portal.cookies": FAILED},
        "no HttpOnly",
    ),
    "versions are told": (
        {"way": PASS_ON + " {{\nheader_down Server nginx/1.2.3\n}}"},
        {"portal.versions": WARNING},
        "nginx/1.2.3",
    ),
    "files come uncompressed": (
        {"way": PASS_ON + " {{\nheader_up -Accept-Encoding\n}}"},
        {"portal.compression": WARNING},
        "uncompressed",
    ),
    "the page is kept": (
        {"way": PASS_ON + " {{\nheader_down Cache-Control no-store max-age=60\n}}"},
        {"portal.files": WARNING},
        "may be kept",
    ),
    "sockets are not passed on": (
        {"way": "handle /ws {{\nrespond 400\n}}\nhandle {{\n" + PASS_ON + "\n}}"},
        {"socket.opens": FAILED},
        "400",
    ),
    "every origin is made our own": (
        {"way": PASS_ON + " {{\nheader_up Origin {origin}\n}}"},
        {"socket.origin": FAILED},
        "gets a socket",
    ),
    "bodies are cut off": (
        {"spoilt": "request_body {{\nmax_size 1MB\n}}"},
        {"portal.bodies": FAILED},
        "413",
    ),
    "plain http is answered": ({"plain": "respond 200"}, {"portal.redirect": FAILED}, "200"),
    "metrics are shown": (
        {"way": 'handle /metrics {{\nrespond "# TYPE sockets gauge"\n}}\nhandle {{\n' + PASS_ON + "\n}}"},
        {"portal.metrics": FAILED},
        "Everybody",
    ),
    "old TLS alone": ({"tls": "protocols tls1.2 tls1.2"}, {"portal.encryption": WARNING}, "TLSv1.2"),
    "the portal is away": ({"way": "respond 502"}, {"portal.page": FAILED}, "behind it does not"),
}


@pytest.mark.parametrize("how", SPOILT)
def test_what_a_proxy_does_wrong_is_named(deployment: Deployment, how: str) -> None:
    changes, expected, words = SPOILT[how]
    spoilt = {name: text.replace("{origin}", deployment.proxy.origin) for name, text in changes.items()}
    if "spoilt" in spoilt:
        spoilt["spoilt"] = spoilt["spoilt"].replace("{{", "{").replace("}}", "}")
    found = deployment.from_outside(**spoilt)
    assert amiss(found) == expected
    (place,) = expected
    assert any(words in one.saw and one.do for one in found[place])


@pytest.mark.parametrize(
    ("host", "days", "of", "level", "words"),
    [
        ("localhost", -1, 90, FAILED, "expired"),
        ("elsewhere.example", 90, 95, FAILED, "Hostname mismatch"),
        ("localhost", 2, 90, FAILED, "2 days more"),
        ("localhost", 10, 90, WARNING, "10 days more"),
        ("localhost", 2.5 / 24, 0.5, WARNING, "2 hours more"),
        ("localhost", 5.5 / 24, 0.5, Level.OK, "5 hours more"),
    ],
)
def test_a_certificate_is_judged_and_the_rest_is_looked_at_all_the_same(
    deployment: Deployment, host: str, days: float, of: float, level: Level, words: str
) -> None:
    found = deployment.from_outside(certificate=deployment.proxy.authority.issue(host, days=days, of=of))
    assert amiss(found) == ({} if level is Level.OK else {"portal.certificate": level})
    assert words in found["portal.certificate"][0].saw
    assert found["socket.opens"][0].level is Level.OK


@pytest.mark.parametrize(("seconds", "level"), [(-10, WARNING), (3600, FAILED)])
def test_a_clock_that_is_wrong_is_named(deployment: Deployment, seconds: int, level: Level) -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)
    found = deployment.from_outside(way=PASS_ON + f' {{{{\nheader_down Date "{date}"\n}}}}')
    assert amiss(found) == {"clock.portal": level}


def test_an_authority_that_is_not_known_is_said(deployment: Deployment) -> None:
    deployment.proxy.begin()
    case = Case(Origin.parse(deployment.proxy.origin), None)
    checks = rounds.chosen(command.CHECKS, ["portal"])
    assert amiss(by_place(rounds.make(checks, case))) == {"portal.certificate": FAILED}


# --- the round ---


def test_a_check_that_hangs_or_breaks_keeps_no_other_from_its_turn() -> None:
    for_ever = threading.Event()

    def hangs(case: Case) -> Iterator[Finding]:
        yield ok("a.hangs", "It began.")
        for_ever.wait()

    def breaks(case: Case) -> Iterator[Finding]:
        yield from iter([])
        raise ValueError(GUARDED)

    def works(case: Case) -> Iterator[Finding]:
        yield ok("a.works", "It works.")

    checks = [
        Check("a.hangs", hangs, 0.2),
        Check("a.breaks", breaks),
        Check("a.works", works, after=("a.hangs", "a.breaks")),
        Check("a.waits", works, needs=("a.hangs",)),
    ]
    try:
        found = rounds.make(checks, Case(Origin.parse("http://localhost:1"), None))
    finally:
        for_ever.set()
    assert [(one.place, one.level) for one in found] == [
        ("a.hangs", Level.OK),
        ("a.hangs", Level.FAILED),
        ("a.breaks", Level.FAILED),
        ("a.works", Level.OK),
        ("a.waits", Level.SKIPPED),
    ]
    assert not any(GUARDED in one.saw for one in found)


# --- single judgements ---

PUBLIC = {"ENTENTE_ORIGIN": "https://portal.example.org", "ENTENTE_BEHIND_PROXY": "1"}
POSTGRES = {"ENTENTE_DATABASE": "postgresql://entente@db/entente"}


@pytest.mark.parametrize(
    ("values", "place"),
    [
        (PUBLIC | {"ENTENTE_DEMO": "1"}, "settings.demo"),
        (PUBLIC | {"ENTENTE_BEHIND_PROXY": "0"}, "settings.proxy"),
        (PUBLIC | POSTGRES, "settings.processes"),
        (PUBLIC | {"ENTENTE_HOST": "0.0.0.0"}, "settings.processes"),
        (PUBLIC | POSTGRES | {"ENTENTE_REDIS": "redis://redis/0"}, "settings.log"),
        (PUBLIC | {"ENTENTE_LOG_LEVEL": "DEBUG"}, "settings.log"),
    ],
)
def test_settings_that_do_not_fit_each_other_are_named(values: dict[str, str], place: str) -> None:
    _, findings = settings.read(values)
    assert amiss(by_place(findings)) == {place: Level.WARNING}


@pytest.mark.parametrize(
    ("url", "password", "is_open"),
    [
        ("redis://redis.example.org:6379/0", None, True),
        ("redis://redis.example.org:6379/0", "word", False),
        ("redis://127.0.0.1:6379/0", None, False),
        ("unix:///run/redis.sock", None, False),
    ],
)
def test_redis_on_another_computer_needs_a_password(url: str, password: str | None, is_open: bool) -> None:
    assert redis.open_to_others(url, password) == is_open


def test_the_close_of_a_socket_is_known_by_its_code() -> None:
    assert socket.NOT_SIGNED_IN == admission.NOT_SIGNED_IN


# --- the Register ---


@pytest.fixture
def founded(db: None) -> Case:
    kit.found_network()
    return Case(Origin.parse("http://localhost:8000"), Environment.read())


def looked_at(case: Case) -> dict[str, list[Finding]]:
    return by_place([finding for check in register.CHECKS for finding in check.look(case)])


def test_a_register_that_is_whole_and_fresh_is_found_good(founded: Case) -> None:
    found = looked_at(founded)
    assert {place: ones[0].level for place, ones in found.items()} == dict.fromkeys(
        ("register.key", "register.fresh", "register.whole"), Level.OK
    )


def test_a_checkpoint_that_is_old_is_named(founded: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + 3 * clock.HOUR)
    assert amiss(looked_at(founded)) == {"register.fresh": Level.FAILED}


def test_a_portal_that_is_closed_over_an_older_copy_is_named(founded: Case) -> None:
    restoration.begin("a test")
    assert amiss(looked_at(founded)) == {"register.restoring": Level.FAILED}


def test_a_register_without_its_key_is_named(founded: Case) -> None:
    file = signer.key_file()
    held = file.read_bytes()
    file.unlink()
    try:
        assert amiss(looked_at(founded)) == {"register.key": Level.FAILED}
    finally:
        file.write_bytes(held)
        file.chmod(0o600)


def test_a_register_that_was_changed_is_named(founded: Case) -> None:
    Entry.objects.filter(index=3).update(root="00" * 32)
    found = looked_at(founded)
    assert amiss(found) == {"register.whole": Level.FAILED}
    assert "Entry 3 does not have the hash" in found["register.whole"][0].saw


# --- the work in the background ---


def background(case: Case) -> dict[str, list[Finding]]:
    return by_place([finding for check in work.CHECKS for finding in check.look(case)])


@pytest.mark.django_db
def test_a_portal_where_nobody_does_the_background_tasks_is_named() -> None:
    case = Case(Origin.parse("http://localhost:8000"), Environment.read())
    assert amiss(background(case)) == {"work.workers": Level.FAILED}
    Worker.objects.create(id="one", seen_at=moments.now())
    assert amiss(background(case)) == {}


@pytest.mark.django_db
def test_tasks_that_fail_and_tasks_that_nobody_takes_are_counted() -> None:
    Worker.objects.create(id="one", seen_at=moments.now())
    long_ago = moments.now() - clock.HOUR
    Task.objects.create(name="x", due_at=long_ago)
    Task.objects.create(name="y", due_at=long_ago, failed_at=long_ago, given_up=True)
    case = Case(Origin.parse("http://localhost:8000"), Environment.read())
    found = background(case)
    assert amiss(found) == {"work.overdue": Level.FAILED, "work.failing": Level.WARNING}
    assert found["work.overdue"][0].saw.endswith("taken: 1.")
