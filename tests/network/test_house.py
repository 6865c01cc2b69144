"""Rules of the house that hold for every file in it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from network.environment import BASE

AT_THE_TOP = {
    "network", "messaging", "members", "frontend", "tests", "docs",
    "docker-compose.yml", "Dockerfile", "pyproject.toml", "README.md", "entente",
    "requirements.lock", "requirements-s3.lock", "requirements-test.lock", "CHANGELOG.md", "LICENSE", "SECURITY.md",
}  # fmt: skip

# written in parts, so that this file does not name them itself
REGISTRIES = re.compile(
    "|".join(
        re.escape(host)
        for host in ("pypi" + ".org", "pythonhosted" + ".org", "npmjs" + ".org", "npmjs" + ".com", "docker" + ".io",
                     "ghcr" + ".io", "deb.debian" + ".org", "yarnpkg" + ".com", "quay" + ".io")
    )
)  # fmt: skip
BINARY = {".png", ".ico", ".woff2", ".pdf", ".sqlite3"}


@pytest.fixture(scope="module")
def tracked() -> list[Path]:
    """Every file that git knows, or would add."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(command, cwd=BASE, capture_output=True, text=True, check=True)
    return [path for name in done.stdout.split("\0") if name and (path := BASE / name).is_file()]


def text_of(paths: list[Path]) -> list[tuple[str, str]]:
    return [
        (str(path.relative_to(BASE)), path.read_text(encoding="utf-8"))
        for path in paths
        if path.suffix not in BINARY
    ]


def test_nothing_strange_lies_at_the_top(tracked: list[Path]) -> None:
    tops = {path.relative_to(BASE).parts[0] for path in tracked}
    assert {name for name in tops if not name.startswith(".")} <= AT_THE_TOP


def test_no_file_names_the_host_of_a_registry(tracked: list[Path]) -> None:
    assert [name for name, text in text_of(tracked) if REGISTRIES.search(text)] == []


def test_locks_hold_hashes_and_no_addresses() -> None:
    for name in ("requirements.lock", "requirements-s3.lock", "requirements-test.lock"):
        text = (BASE / name).read_text(encoding="utf-8")
        assert "--index-url" not in text
        assert "--find-links" not in text
        packages = re.findall(r"^[a-z0-9][^\n]*==", text, re.MULTILINE)
        assert len(re.findall(r"^[a-z0-9][^\n]*\\\n    --hash=sha256:", text, re.MULTILINE)) == len(packages)
    lock = (BASE / "frontend" / "package-lock.json").read_text(encoding="utf-8")
    assert '"resolved"' not in lock
    assert '"integrity"' in lock


def test_every_python_module_says_what_it_guarantees(tracked: list[Path]) -> None:
    modules = [path for path in tracked if path.suffix == ".py" and "migrations" not in path.parts]
    assert [name for name, text in text_of(modules) if text.strip() and not text.startswith('"""')] == []


@pytest.mark.parametrize(
    ("module", "imported", "kept"),
    [
        ("network/sample.py", "messaging", True),
        ("network/sample.py", "members", True),
        ("messaging/sample.py", "members", True),
        ("messaging/sample.py", "network", False),
        ("members/sample.py", "messaging", False),
        ("members/sample.py", "network", False),
    ],
)
def test_python_layers_are_checked(tmp_path: Path, module: str, imported: str, kept: bool) -> None:
    for package in ("network", "messaging", "members"):
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").touch()
    (tmp_path / module).write_text(f"import {imported}\n")
    shutil.copy(BASE / "pyproject.toml", tmp_path)
    linter = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([linter, "--no-cache"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode == 0) == kept, done.stdout


LAYERS_OF_THE_PAGES = [
    ("crypto", "../vault/database", False),
    ("crypto", "./encoding", True),
    ("vault", "../crypto/encoding", True),
    ("vault", "../sync/http", False),
    ("sync", "../vault/database", True),
    ("sync", "../features/core", False),
    ("features/accounts", "../../sync/http", True),
    ("features/accounts", "../../i18n", True),
    ("features/accounts", "../../app/routes", False),
    ("ui", "../i18n", True),
    ("ui", "../sync/http", False),
    ("ui", "../features/core", False),
    ("i18n", "../ui", False),
    ("app", "../features/core", True),
]


@pytest.fixture(scope="module")
def findings(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What the linter of the pages says of one small module for each import above, and of one that uses `any`."""
    folder = tmp_path_factory.mktemp("frontend")
    config = json.loads((BASE / "frontend" / "biome.json").read_text(encoding="utf-8"))
    del config["vcs"], config["$schema"]
    (folder / "biome.json").write_text(json.dumps(config))
    for number, (room, imported, _) in enumerate(LAYERS_OF_THE_PAGES):
        path = folder / "src" / room / f"sample{number}.ts"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f'import {{ sample }} from "{imported}";\n\nexport const copy = sample;\n')
    (folder / "src" / "crypto" / "any.ts").write_text("export const sample = (given: any) => given;\n")
    node = Path(sys.executable).parent / "node"
    linter = BASE / "frontend" / "node_modules" / "@biomejs" / "biome" / "bin" / "biome"
    done = subprocess.run(
        [node, linter, "lint", "--colors=off", "--max-diagnostics=none", "src"],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.stdout + done.stderr


@pytest.mark.parametrize(("number", "layer"), list(enumerate(LAYERS_OF_THE_PAGES)))
def test_layers_of_the_pages_are_checked(findings: str, number: int, layer: tuple[str, str, bool]) -> None:
    room, _, kept = layer
    found = re.search(rf"src/{room}/sample{number}\.ts:\S+ lint/style/noRestrictedImports", findings)
    assert (found is None) == kept, findings


def test_the_pages_may_not_escape_the_type_checker(findings: str) -> None:
    assert re.search(r"src/crypto/any\.ts:\S+ lint/suspicious/noExplicitAny", findings)
