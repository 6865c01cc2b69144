"""What a message costs as everything grows: conversations, stored messages, members, idle connections."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from network.bench.crew import Crew, circle, people_in
from network.bench.figures import Bar, Curve, Drawing, Section
from network.bench.portal import Portal, Sites
from network.bench.sizes import Sizes

COLUMNS = ("growing", "portal", "size", "acked/s", "p99 ms", "CPU s/1000", "CPU µs per delivery")
FLAT = 1.25
"""How much more the largest size may cost than the smallest that the bar names."""
SERVER = "uvicorn"
SENDERS = 8
EMBEDDED_STORED = 1_000_000
LEAST_MEMBERS = 10

Point = tuple[float, float]


def measure(sites: Sites, sizes: Sizes) -> Section:
    section = Section("growth", f"As it grows (one process, {SERVER})", COLUMNS)
    for kind in sizes.single():
        _conversations(section, sites, sizes, kind)
        _stored(section, sites, sizes, kind)
        _members(section, sites, sizes, kind)
        _connections(section, sites, sizes, kind)
    section.drawings = [
        _together(section.drawings, name)
        for name in dict.fromkeys(drawing.name for drawing in section.drawings)
    ]
    return section


def _conversations(section: Section, sites: Sites, sizes: Sizes, kind: str) -> None:
    points = []
    for number in sizes.conversations:
        with sites.fresh(kind, {"mesh": number}).serving(SERVER) as portal:
            points.append(_point(section, "conversations", portal, number, _mesh(portal), sizes))
    _add(section, _drawing("conversations", "conversations", kind, points), points)


def _stored(section: Section, sites: Sites, sizes: Sizes, kind: str) -> None:
    site = sites.fresh(kind, {"mesh": min(1_000, min(sizes.stored))})
    points = []
    for number in sizes.stored:
        if kind == "embedded" and number > EMBEDDED_STORED:
            break
        site.run("network.bench.fill", {"messages": number})
        with site.serving(SERVER) as portal:
            points.append(_point(section, "stored messages", portal, number, _mesh(portal), sizes))
    _add(section, _drawing("stored", "stored messages", kind, points), points)


def _members(section: Section, sites: Sites, sizes: Sizes, kind: str) -> None:
    points = []
    with sites.fresh(kind, {"circles": list(sizes.members)}).serving(SERVER) as portal:
        for number in sizes.members:
            people = circle(portal.site.crowd, number, senders=min(4, number))
            points.append(_point(section, "members", portal, number, people, sizes, per_delivery=True))
    wide = [point for point in points if point[0] >= LEAST_MEMBERS] or points
    drawing = Drawing(
        "members",
        "What a delivery costs as a conversation has more members",
        "members",
        "CPU µs per delivery",
        [Curve(kind, points)],
    )
    _add(section, drawing, wide)


def _connections(section: Section, sites: Sites, sizes: Sizes, kind: str) -> None:
    site = sites.fresh(kind, {"circles": [10], "pairs": sizes.pairs, "idle": max(sizes.connections)})
    points = []
    for number in sizes.connections:
        nobody = {"account": "", "device": "", "device_seed": ""}
        idle = [nobody | {"session": session} for session in site.crowd["idle"][:number]]
        with site.serving(SERVER) as portal, Crew(portal, idle):
            people = circle(site.crowd, 10, senders=4)
            points.append(_point(section, "idle connections", portal, number, people, sizes))
    _add(section, _drawing("connections", "idle connections", kind, points), points)


def _mesh(portal: Portal) -> list[dict[str, Any]]:
    """Everybody in all conversations, of whom a few write to any of their own."""
    crowd = portal.site.crowd
    everybody = list(dict.fromkeys(number for one in crowd["mesh"] for number in one["people"]))
    return people_in(crowd, crowd["mesh"], everybody[:SENDERS])


def _point(
    section: Section,
    growing: str,
    portal: Portal,
    size: int,
    people: Sequence[dict[str, Any]],
    sizes: Sizes,
    *,
    per_delivery: bool = False,
) -> Point:
    with Crew(portal, people) as crew:
        seen = crew.measure(sizes.seconds, sizes.warm_up)
    delivery = 1e6 * sum(seen.cpu.values()) / max(seen.delivered, 1)
    section.rows.append(
        [
            growing,
            portal.site.name,
            size,
            round(seen.acknowledged_per_second),
            seen.delivery_ms(0.99),
            seen.cpu_per_thousand,
            delivery,
        ]
    )
    return size, delivery if per_delivery else seen.cpu_per_thousand


def _drawing(name: str, across: str, kind: str, points: Sequence[Point]) -> Drawing:
    return Drawing(
        name,
        f"What a message costs as {across} grow in number",
        across,
        "CPU s per 1000",
        [Curve(kind, points)],
    )


def _add(section: Section, drawing: Drawing, points: Sequence[Point]) -> None:
    """Note the curve, and hold its last point against its first."""
    section.drawings.append(drawing)
    (least, first), (most, last) = points[0], points[-1]
    kind = drawing.curves[0].name
    if not first:
        return  # so little was done that the operating system has counted nothing
    what = f"{drawing.up}, {most:,} against {least:,} {drawing.across}, {kind}"
    section.bars.append(Bar(what, last / first, FLAT))


def _together(drawings: Sequence[Drawing], name: str) -> Drawing:
    """The curves of all kinds of portal in one drawing."""
    same = [drawing for drawing in drawings if drawing.name == name]
    first = same[0]
    curves = [curve for drawing in same for curve in drawing.curves]
    return Drawing(name, first.title, first.across, first.up, curves)
