"""The path of a message: few send to one conversation, everybody else in it is given each message."""

from __future__ import annotations

from network.bench import peers
from network.bench.crew import Crew, Seen, circle
from network.bench.figures import Bar, Section
from network.bench.portal import Portal, Sites
from network.bench.scenarios.signature import check_seconds
from network.bench.sizes import Sizes

COLUMNS = (
    "portal",
    "server",
    "processes",
    "N",
    "S",
    "acked/s",
    "deliveries/s",
    "p50 ms",
    "p99 ms",
    "CPU s/1000",
    "server",
    "database",
    "Redis",
    "without Ed25519",
    "load CPU s/1000",
)
EMBEDDED_ACKED_PER_SECOND = 1_000


def measure(sites: Sites, sizes: Sizes) -> Section:
    section = Section("path", "The path of a message", COLUMNS)
    check = 1000 * check_seconds(sizes.checks)
    for kind in sizes.portals:
        for server in sizes.servers:
            with sites.get(kind).serving(server, 2 if kind == "several" else 1) as portal:
                for members, senders in sizes.shapes:
                    seen = one(portal, members, senders, sizes)
                    section.rows.append([kind, *row(portal, members, senders, seen, check)])
                    section.bars += bars(kind, server, members, senders, seen, check)
    return section


def one(portal: Portal, members: int, senders: int, sizes: Sizes) -> Seen:
    with Crew(portal, circle(portal.site.crowd, members, senders)) as crew:
        return crew.measure(sizes.seconds, sizes.warm_up)


def row(portal: Portal, members: int, senders: int, seen: Seen, check: float) -> list[str | float]:
    return [
        portal.server,
        len(portal.processes),
        members,
        senders,
        round(seen.acknowledged_per_second),
        round(seen.delivered_per_second),
        seen.delivery_ms(0.5),
        seen.delivery_ms(0.99),
        seen.cpu_per_thousand,
        seen.part_per_thousand("server"),
        seen.part_per_thousand("database"),
        seen.part_per_thousand("redis"),
        seen.cpu_per_thousand - check,
        seen.load_per_thousand,
    ]


def bars(kind: str, server: str, members: int, senders: int, seen: Seen, check: float) -> list[Bar]:
    """What this row is held against: the peers on one process with PostgreSQL, and the embedded throughput."""
    where = f"{server}, N={members} S={senders}"
    if kind == "embedded" and senders == 8:
        acked = seen.acknowledged_per_second
        return [Bar(f"embedded: acked/s, {where}", acked, EMBEDDED_ACKED_PER_SECOND, at_least=True)]
    if kind != "postgresql" or senders != 4:
        return []
    spent = seen.cpu_per_thousand
    found = [
        Bar(
            f"CPU against Synapse, {where}",
            spent / peers.SYNAPSE[members],
            peers.SYNAPSE_SHARE[members],
        ),
        Bar(
            f"CPU without the Ed25519 check against ejabberd, {where}",
            (spent - check) / peers.EJABBERD[members],
            peers.EJABBERD_SHARE[server],
        ),
    ]
    if server == "uvicorn" and members == 10:
        p99 = seen.delivery_ms(0.99) / peers.EJABBERD_P99_MS
        found.append(Bar(f"delivery p99 against ejabberd, {where}", p99, 1.0))
    return found
