"""The senders and receivers of the benchmark, in a process of their own: `python -m network.bench.load PLAN`.

Every sender waits for its acknowledgement before it sends again. The contents were sealed beforehand; headers
are made and signed while sending, because they name the newest head. What this process spends is not the
server's.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from base64 import b64encode
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from members.protocol.signing import ITEM, pae
from network.bench.clientid import new_client_id
from network.bench.line import Line, open_line

WARM_UP_SECONDS = 1.0


class Run:
    """One measurement: who sends, what has been acknowledged, and what has been delivered when."""

    def __init__(self, plan: dict[str, Any]) -> None:
        self.plan = plan
        self.sequence, self.head = plan["sequence"], plan["head"]
        self.sent_at: dict[int, float] = {}
        self.deliveries: list[tuple[int, float]] = []
        self.acknowledged: list[float] = []
        self.refused: list[str] = []
        self.over = False


class Peer:
    """One member at one socket."""

    def __init__(self, run: Run, who: dict[str, Any]) -> None:
        self.run, self.who = run, who
        self.key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(who["device_seed"]))
        self.line: Line
        self.began = 0.0
        self.sends = False
        self.welcome = asyncio.get_running_loop().create_future()
        plan = run.plan
        checkpoint = f'{{"root":"{plan["root"]}","size":{plan["size"]}}}'
        self._before = f'{{"account":"{who["account"]}","checkpoint":{checkpoint},"client_id":"'
        self._between = (
            f'","conversation":"{plan["conversation"]}","device":"{who["device"]}","epoch":{plan["epoch"]},'
            f'"kind":"message","network":"{plan["network"]}","seen":{{"head":"'
        )
        self._content = bytes.fromhex(plan["content"])

    async def open(self) -> None:
        plan = self.run.plan
        cookie = f"{plan['cookie']}={self.who['session']}"
        self.line = await open_line(plan["port"], origin=plan["origin"], cookie=cookie, heard=self.heard)
        self.line.send(b'{"type":"hello","held":{}}')
        await self.welcome

    def say(self) -> None:
        """Make, sign and send one message."""
        run = self.run
        self.began = time.perf_counter()
        header = (
            f'{self._before}{new_client_id()}{self._between}{run.head}","sequence":{run.sequence}}},'
            f'"time":{time.time_ns() // 1_000_000}}}'
        ).encode()
        body = len(header).to_bytes(4, "big") + header + self._content
        signature = self.key.sign(pae(ITEM, body))
        self.line.send(
            b'{"type":"send","conversation":"%b","body":"%b","signature":"%b"}'
            % (run.plan["conversation"].encode(), b64encode(body), b64encode(signature))
        )

    def heard(self, frame: bytes) -> None:
        run = self.run
        if frame.startswith(b'{"type":"item"'):
            at = frame.index(b'"sequence":') + 11
            run.deliveries.append((int(frame[at : frame.index(b",", at)]), time.perf_counter()))
        elif frame.startswith(b'{"type":"sent"'):
            place = json.loads(frame)
            run.sent_at[place["sequence"]] = self.began
            run.acknowledged.append(time.perf_counter())
            if place["sequence"] > run.sequence:
                run.sequence, run.head = place["sequence"], place["head"]
            if not run.over:
                self.say()
        elif frame.startswith(b'{"type":"welcome"'):
            self.welcome.set_result(None)
        elif frame.startswith((b'{"type":"refused"', b'{"type":"error"')):
            run.refused.append(frame.decode())


def cpu_seconds(process: int) -> float:
    """What the operating system says this process has used, of all its threads."""
    import os

    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def measure(plan: dict[str, Any]) -> dict[str, Any]:
    """Send for some seconds and say what came of it."""
    run = Run(plan)
    peers = [Peer(run, who) for who in plan["members"]]
    for peer in peers:
        await peer.open()
    for peer in peers[: plan["senders"]]:
        peer.say()
    await asyncio.sleep(WARM_UP_SECONDS)
    run.deliveries.clear()
    begun, cpu_before, own_before = time.perf_counter(), cpu_seconds(plan["server"]), time.process_time()
    await asyncio.sleep(plan["seconds"])
    ended, cpu, own = (
        time.perf_counter(),
        cpu_seconds(plan["server"]) - cpu_before,
        time.process_time() - own_before,
    )
    run.over = True
    await asyncio.sleep(0.5)
    for peer in peers:
        peer.line.close()
    if run.refused:
        raise SystemExit(f"The server refused: {run.refused[0]}")
    acknowledged = sum(begun <= at < ended for at in run.acknowledged)
    counted = [(sequence, at) for sequence, at in run.deliveries if begun <= at < ended]
    waits = sorted(at - run.sent_at[sequence] for sequence, at in counted if sequence in run.sent_at)
    took = ended - begun
    return {
        "senders": plan["senders"],
        "members": len(peers),
        "acknowledged_per_second": round(acknowledged / took, 1),
        "deliveries_per_second": round(len(counted) / took, 1),
        "delivery_p50_ms": round(1000 * waits[len(waits) // 2], 2) if waits else None,
        "delivery_p99_ms": round(1000 * waits[len(waits) * 99 // 100], 2) if waits else None,
        "server_cpu_seconds_per_1000": round(1000 * cpu / acknowledged, 3) if acknowledged else None,
        "load_cpu_seconds_per_1000": round(1000 * own / acknowledged, 3) if acknowledged else None,
    }


if __name__ == "__main__":
    print(json.dumps(asyncio.run(measure(json.loads(Path(sys.argv[1]).read_text())))))
