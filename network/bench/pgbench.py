"""The physical reference: what the same database does when pgbench alone asks it, a counter and an insert at a time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from network.bench.postgres import NAME, USER, Postgres, run
from network.bench.processes import cpu_seconds

_TABLES: Final = """
CREATE TABLE IF NOT EXISTS measured_counter (id int PRIMARY KEY, sequence bigint NOT NULL, head text NOT NULL);
CREATE TABLE IF NOT EXISTS measured_item (
    counter int NOT NULL, sequence bigint NOT NULL, client_id uuid NOT NULL, body bytea NOT NULL,
    PRIMARY KEY (counter, sequence), UNIQUE (client_id)
);
INSERT INTO measured_counter SELECT n, 0, '' FROM generate_series(0, {clients} - 1) AS n ON CONFLICT DO NOTHING;
"""
# each client has a counter of its own, as each of the conversations has one sender
_SCRIPT: Final = r"""
BEGIN;
UPDATE measured_counter SET sequence = sequence + 1, head = md5(head) WHERE id = :client_id
    RETURNING sequence AS sequence \gset
INSERT INTO measured_item VALUES
    (:client_id, :sequence, gen_random_uuid(), convert_to(repeat('0123456789abcdef', 104), 'UTF8'));
COMMIT;
"""
_TPS: Final = re.compile(r"^tps = ([0-9.]+)", re.MULTILINE)


@dataclass(frozen=True)
class Found:
    """Commits per second, and seconds of the processor of the database for a thousand of them."""

    clients: int
    per_second: float
    cpu_per_thousand: float


def measure(server: Postgres, clients: int, seconds: float) -> Found:
    """Durable commits of so many clients that do nothing else."""
    server.psql(_TABLES.format(clients=clients), NAME)
    script = server.directory / "commits.sql"
    script.write_text(_SCRIPT, "utf-8")
    words = ["-h", "127.0.0.1", "-p", str(server.port), "-U", USER, "--no-vacuum", "--protocol=prepared"]
    words += [f"--client={clients}", "--jobs=2", f"--time={max(round(seconds), 1)}", f"--file={script}", NAME]
    before = cpu_seconds([server.pid])
    said = run([str(server.binaries / "bin" / "pgbench"), *words], server.directory)
    spent = cpu_seconds([server.pid]) - before
    tps = _TPS.search(said)
    done = re.search(r"^number of transactions actually processed: (\d+)", said, re.MULTILINE)
    if tps is None or done is None:
        raise RuntimeError(f"pgbench said: {said}")
    return Found(clients, float(tps[1]), 1000 * spent / int(done[1]))
