"""A portal as it runs in earnest, with whole clients of two authorities that write without a pause while things break.

What a client was told is there is kept, and what it was not told is sent again under its client id, as an outbox does.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import shutil
import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final

import httpx
import psycopg
from websockets.exceptions import ConnectionClosed

from network.bench import postgres, valkey
from network.bench.ports import free_port
from network.bench.postgres import USER, Postgres
from network.bench.valkey import Valkey
from network.client import Client, Problem
from network.client.socket import SocketEnded
from tests.faults.front import Front, Line
from tests.faults.judge import Row, Stored, judge
from tests.faults.process import TOKEN, Process
from tests.faults.waiting import MOMENT, until
from tests.network.client.network import Network

SERVE: Final = ("-m", "network", "serve", "--no-migrate")
WRITERS: Final = ("Ana", "Ben", "Sol", "Tam")

_STANDING: Final = "SELECT id, sequence, head FROM conversations_conversation WHERE identifier = "
_ITEMS: Final = (
    "SELECT sequence, head, body, signature FROM conversations_item WHERE conversation_id = {0} "
    "ORDER BY sequence"
)


@dataclass
class Stage:
    """The processes, what is behind them, the front before them, and the people."""

    data: Path
    front: Front
    processes: Sequence[Process]
    network: Network
    database: Postgres | None = None
    redis: Valkey | None = None
    redis_lines: Sequence[Front] = ()
    """The way of each process to Valkey."""
    rows: list[Row] = field(default_factory=list)
    _copies: int = 0
    whole: bool = True
    """Whether the last case came to its end; where it did not, nobody knows what it has left behind."""

    @property
    def writers(self) -> list[Client]:
        return [self.network[name] for name in WRITERS]

    @property
    def file(self) -> Path:
        """Where SQLite keeps everything."""
        return self.data / "entente.sqlite3"

    def stored(self, conversation: str) -> Stored:
        """A conversation straight from the database, past all processes."""
        if self.database is None:
            with contextlib.closing(sqlite3.connect(self.file)) as file:
                row, sequence, head = file.execute(f"{_STANDING} ?", [conversation]).fetchone()
                return Stored(sequence, head, file.execute(_ITEMS.format("?"), [row]).fetchall())
        with psycopg.connect(self.database.address) as line:
            found = line.execute(f"{_STANDING} %s", [conversation]).fetchone()
            assert found is not None
            row, sequence, head = found
            return Stored(sequence, head, line.execute(_ITEMS.format("%s"), [row]).fetchall())

    def spread(self) -> list[int]:
        """How many sockets each process has."""
        return [len(self.front.sockets(one.address)) for one in self.processes]

    def execute(self, statement: str) -> None:
        """One statement, past all processes."""
        if self.database is None:
            with contextlib.closing(sqlite3.connect(self.file)) as file, file:
                file.execute(statement)
        else:
            self.database.psql(statement, postgres.NAME)

    async def command(self, *words: str) -> str:
        """What the command line of the portal says; raises AssertionError where it fails."""
        return await self.processes[0].command(*words)

    # copies of the database, as the guide for operators has them

    async def copy(self) -> Path:
        """A copy of the database, made while the portal runs."""
        folder = self.data if self.database is None else self.database.directory
        self._copies += 1
        copy = folder / f"copy-{self._copies}"
        await asyncio.to_thread(self._copy, copy)
        return copy

    def _copy(self, to: Path) -> None:
        if self.database is None:
            with contextlib.closing(sqlite3.connect(self.file)) as file:
                file.execute("VACUUM INTO ?", [str(to)])
        else:
            self._postgresql("pg_dump", "--format=custom", f"--file={to}", postgres.NAME)

    async def put_back(self, copy: Path) -> None:
        """End every process, and put the database back to a copy."""
        for process in self.processes:
            process.kill()
        await asyncio.to_thread(self._put_back, copy)

    def _put_back(self, copy: Path) -> None:
        if self.database is None:
            for beside in ("-wal", "-shm"):
                Path(f"{self.file}{beside}").unlink(missing_ok=True)
            shutil.copyfile(copy, self.file)
        else:
            self._postgresql("pg_restore", "--clean", "--if-exists", f"--dbname={postgres.NAME}", str(copy))

    def _postgresql(self, program: str, *words: str) -> None:
        assert self.database is not None
        self.database._run(program, "-h", "127.0.0.1", "-p", str(self.database.port), "-U", USER, *words)

    @property
    def witness(self) -> Path:
        """The file in which the portal remembers, outside its database, how far that was."""
        return self.data / "witness"

    async def start(self) -> None:
        """Start every process that does not run."""
        stopped = [process for process in self.processes if process.running is None]
        for process in stopped:
            process.begin()
        for process in stopped:
            await process.answers()

    async def at_both(self) -> None:
        """Nobody is where all others are: some come back, until each process has members of its own."""
        await self.everybody_is_here()
        while 0 in self.spread():
            # on one that has ended nobody ever comes
            assert not [one.port for one in self.processes if not one.runs], "a process has ended by itself"
            fuller = max(self.processes, key=lambda one: len(self.front.sockets(one.address)))
            line = self.front.sockets(fuller.address)[0]
            await self._cut([line])
            await self.everybody_is_here()

    async def everybody_is_here(self) -> None:
        """Each was welcomed on the one line that they have."""
        for name in WRITERS:
            await until(partial(self._is_here, name), f"{name} is here")

    async def hear_each_other(self, *, whether: bool = True) -> None:
        """Each process hears, or no process does, what is said in Valkey."""
        for process in self.processes:
            await process.hears(whether=whether)

    async def _cut(self, lines: Sequence[Line]) -> None:
        self.front.cut(lines)
        await until(lambda: self.front.lines.isdisjoint(lines), "they are cut")

    def _is_here(self, name: str) -> bool:
        return self.network[name].socket.welcomed.is_set() and len(self.lines_of(name)) == 1

    def at(self, process: Process) -> list[str]:
        """Who has a socket there."""
        return [
            name for name in WRITERS if any(line.server == process.address for line in self.lines_of(name))
        ]

    def lines_of(self, name: str) -> list[Line]:
        """The sockets of somebody."""
        cookies = self.network[name].http.cookie_header.encode()
        return [line for line in self.front.sockets() if cookies in line.request]

    async def mend(self) -> None:
        """Everything runs and everybody is there, whatever the last case has left behind."""
        whole, self.whole = self.whole, False
        if not whole:
            await self._begin_anew()
        for process in self.processes:
            if process.running is None:
                # what may be left of the one that has ended
                await self._cut(self.front.sockets(process.address))
                await process.start()
        await self.everybody_is_here()
        if len(self.processes) > 1:
            await self.at_both()
            await self.hear_each_other()

    async def _begin_anew(self) -> None:
        """End whatever is behind the front, open every line, start all of it again, and have everybody come back."""
        for process in self.processes:
            process.kill()
        self.front.go_on()
        for line in self.redis_lines:
            await line.stop()
            await line.start()
            line.go_on()
        if self.redis is not None:
            self.redis.kill()
            await asyncio.to_thread(self.redis.start)
        if self.database is not None:
            await asyncio.to_thread(self.database.kill)
            (self.database.directory / "data" / "postgresql.auto.conf").write_text("")
            await asyncio.to_thread(self.database.start)
            settings = f"ALTER DATABASE {postgres.NAME} RESET ALL"
            await asyncio.to_thread(self.database.psql, settings)
        self.execute("UPDATE register_head SET restoring_since = NULL")
        for process in self.processes:
            await process.start()
        for client in self.writers:
            await client.socket.stop()
            client.register.broken = client.memory.replay = None  # as on a device that is set up anew
            await client.register.catch_up()
            try:
                await client.socket.start()
            except SocketEnded:
                await sign_in_again(client)

    @asynccontextmanager
    async def writing(self, case: str, *, words: str = "") -> AsyncIterator[Run]:
        """Everybody writes into a new conversation while the block lasts; at its end all is compared."""
        await self.mend()
        run = await Run.begin(self, case, words)
        run.tasks = [asyncio.create_task(writer.write()) for writer in run.writers]
        try:
            await run.more()
            yield run
            await run.hush(*WRITERS)
        finally:
            for task in run.tasks:
                task.cancel()
            await asyncio.gather(*run.tasks, return_exceptions=True)
        await run.rest()
        for client in self.writers:  # nobody asks for what has happened, and it piles up
            while not client.socket.events.empty():
                client.socket.events.get_nowait()
        row = run.judged()
        self.rows.append(row)
        assert row.verdict == (0, 0, 0, 0, 0), row
        self.whole = True


@dataclass
class Writer:
    """Somebody who says one thing after the other, the next when the last one was acknowledged."""

    name: str
    client: Client
    conversation: str
    words: str = ""
    sent: list[str] = field(default_factory=list)
    acknowledged: dict[str, int] = field(default_factory=dict)
    done: bool = False
    quiet: bool = False
    away: bool = False
    """The server has ended the session."""
    may_return: asyncio.Event = field(default_factory=asyncio.Event)

    async def write(self) -> None:
        try:
            while not self.done:
                text = f"{self.name} {len(self.sent)}{self.words}"
                self.sent.append(text)
                self.acknowledged[text] = await self._say(text)
        finally:
            self.quiet = True

    async def _say(self, text: str) -> int:
        """As an outbox: one item under one client id, again and again until its place is known.

        Where it was refused because others have made another key due, it has no place, and another is sealed.
        """
        client = self.client
        while True:
            frame = None
            while frame is None:
                with suppress(Problem, httpx.TransportError):
                    await client.restoration.until_over()
                    frame = await client.conversations.frame_for(self.conversation, text)
                if frame is None:
                    await asyncio.sleep(MOMENT)
            answer = await self._answer_to(frame)
            if answer["type"] == "sent":
                return int(answer["sequence"])
            assert answer["code"] in ("epoch_due", "old_epoch"), answer
            await asyncio.sleep(MOMENT)

    async def _answer_to(self, frame: dict[str, Any]) -> dict[str, Any]:
        while True:
            try:
                answer = await self.client.socket._send_frame(frame)
            except (TimeoutError, ConnectionClosed):
                continue
            except SocketEnded:
                await self._sign_in_again()
                continue
            if answer.get("code") != "slow_down":
                return answer
            await asyncio.sleep(MOMENT)

    async def _sign_in_again(self) -> None:
        self.away = True
        await self.may_return.wait()
        await sign_in_again(self.client)
        self.away = False


async def sign_in_again(client: Client) -> None:
    """With password and one-time code, from the device that the client has."""
    await client.socket.stop()
    await client.sign_in()
    await client.bind_device()
    await client.socket.start()


@dataclass
class Run:
    """One case: a conversation, those who write into it, and what they were told."""

    stage: Stage
    case: str
    conversation: str
    welcomes: int
    """How often they had been welcomed before."""
    writers: list[Writer] = field(default_factory=list)
    tasks: list[asyncio.Task[None]] = field(default_factory=list)

    @classmethod
    async def begin(cls, stage: Stage, case: str, words: str) -> Run:
        both = [stage.network.authorities[name] for name in ("North", "South")]
        clients = stage.writers
        conversation = await clients[0].conversations.create(both, both[:1], subject=case)
        run = cls(stage, case, conversation, sum(client.socket.welcomes for client in clients))
        run.writers = [
            Writer(name, client, conversation, words) for name, client in zip(WRITERS, clients, strict=True)
        ]
        await run.until(
            lambda: all(conversation in one.conversations.talks for one in clients), "it is heard of"
        )
        return run

    @property
    def acknowledged(self) -> int:
        return sum(len(writer.acknowledged) for writer in self.writers)

    async def more(self, each: int = 3) -> None:
        """Wait until every writer has been told of so many more messages: all goes on."""
        await self.more_of(*WRITERS, each=each)

    async def more_of(self, *names: str, each: int = 3) -> None:
        chosen = [writer for writer in self.writers if writer.name in names]
        wanted = [len(writer.acknowledged) + each for writer in chosen]
        await self.until(
            lambda: all(
                len(writer.acknowledged) >= number for writer, number in zip(chosen, wanted, strict=True)
            ),
            "all goes on",
        )

    async def hush(self, *names: str) -> None:
        """These say no more, once they were told of their last message."""
        chosen = [writer for writer in self.writers if writer.name in names]
        for writer in chosen:
            writer.done = True
        await self.until(lambda: all(writer.quiet for writer in chosen), "they are quiet")

    @property
    def anybody_is_away(self) -> bool:
        """Whether the server has ended somebody's session."""
        return any(writer.away for writer in self.writers)

    def let_back(self) -> None:
        """Whoever was sent away signs in again."""
        for writer in self.writers:
            writer.may_return.set()

    async def heard(self) -> None:
        """Wait until everybody holds what was acknowledged until now."""
        wanted = max(max(writer.acknowledged.values(), default=0) for writer in self.writers)
        await self.until(lambda: min(self.standing) >= wanted, "it is heard by all")

    async def nothing_comes(self, seconds: float) -> None:
        """The fault lasts; each writer can at most hear of the one message that was on its way before."""
        before = self.acknowledged
        await asyncio.sleep(seconds)
        assert self.acknowledged <= before + len(self.writers), self.case

    async def rest(self) -> None:
        """Wait, without asking, until everybody has heard of everything that the database has."""
        stored = await asyncio.to_thread(self.stage.stored, self.conversation)
        await self.until(lambda: set(self.standing) == {stored.sequence}, "all is at rest")

    @property
    def standing(self) -> list[int]:
        """How far each of them holds the conversation."""
        return [writer.client.conversations.held.get(self.conversation, 0) for writer in self.writers]

    async def until(self, holds: Callable[[], bool], what: str) -> None:
        """Wait until this holds; raise what has ended a writer, where one has."""
        await until(lambda: holds() or any(map(_has_failed, self.tasks)), f"{self.case}: {what}", self._told)
        for task in filter(_has_failed, self.tasks):
            task.result()

    def _told(self) -> str:
        told = {one.name: (len(one.sent), len(one.acknowledged), one.away) for one in self.writers}
        return f"Sent, acknowledged and sent away: {told}; holding {self.standing}."

    def judged(self, stored: Stored | None = None) -> Row:
        acknowledged: dict[str, int] = {}
        for writer in self.writers:
            acknowledged |= writer.acknowledged
        return judge(
            self.case,
            self.conversation,
            [writer.client for writer in self.writers],
            sent=[text for writer in self.writers for text in writer.sent],
            acknowledged=acknowledged,
            came_back=sum(client.socket.welcomes for client in self.stage.writers) - self.welcomes,
            stored=stored or self.stage.stored(self.conversation),
        )


def _has_failed(task: asyncio.Task[None]) -> bool:
    return task.done() and not task.cancelled() and task.exception() is not None


@asynccontextmanager
async def several(data: Path, *, processes: int = 2) -> AsyncIterator[Stage]:
    """PostgreSQL as it is in earnest, Valkey, and web processes behind one front."""
    async with AsyncExitStack() as stack:
        database = stack.enter_context(postgres.running())
        redis = stack.enter_context(valkey.running())
        lines = [Front(free_port(), [("127.0.0.1", redis.port)]) for _ in range(processes)]
        for line in lines:
            await line.start()
            stack.push_async_callback(line.stop)
        more = [
            {"ENTENTE_DATABASE": database.address, "ENTENTE_REDIS": f"redis://127.0.0.1:{line.port}/0"}
            for line in lines
        ]
        stage = await stack.enter_async_context(_served(data, more))
        stage.database, stage.redis, stage.redis_lines = database, redis, lines
        yield stage


@asynccontextmanager
async def embedded(data: Path) -> AsyncIterator[Stage]:
    """One process with its own database in a file."""
    async with _served(data, [{}]) as stage:
        yield stage


@asynccontextmanager
async def _served(data: Path, services: Sequence[dict[str, str]]) -> AsyncIterator[Stage]:
    async with AsyncExitStack() as stack:
        port = free_port()
        origin = f"http://localhost:{port}"
        token = data / "token"
        token.write_text(TOKEN, "ascii")
        processes = []
        for number, more in enumerate(services, 1):
            variables = {"ENTENTE_DATA": str(data), "ENTENTE_ORIGIN": origin, **more}
            variables["ENTENTE_METRICS_TOKEN_FILE"] = str(token)
            processes.append(Process(free_port(), SERVE, variables, data / f"process-{number}.log"))
        # it also brings the database into shape
        links = re.findall(r"\S+/enrol#\S+", await processes[0].command("init"))
        front = Front(port, [one.address for one in processes])
        await front.start()
        stack.push_async_callback(front.stop)
        for process in processes:
            stack.callback(process.kill)
            process.begin()
        for process in processes:
            await process.answers()
        network = Network(origin)
        stack.push_async_callback(network.close)
        await network.found(links)
        await network.admit("North", "XA", "Ana")
        await network.admit("South", "XB", "Sol")
        await network.appoint("Ana", "Ben")
        await network.appoint("Sol", "Tam")
        stage = Stage(data, front, processes, network)
        for client in stage.writers:
            await client.register.catch_up()
            await client.socket.start()
        yield stage
