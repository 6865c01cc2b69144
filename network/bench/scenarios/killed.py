"""kill -9 in the middle of sending: nothing that was acknowledged may be missing, and nothing be there twice."""

from __future__ import annotations

import time

from network.bench.crew import Crew, circle
from network.bench.figures import Bar, Section
from network.bench.portal import Portal, Sites
from network.bench.sizes import KILLED, Sizes

COLUMNS = ("portal", "server", "killed", "acknowledged", "missing", "stored twice", "gaps")
SENDERS = 8
LONGEST = 30.0


def measure(sites: Sites, sizes: Sizes) -> Section:
    section = Section("killed", "kill -9 in mid-send", COLUMNS)
    for kind in sizes.single():
        for server in sizes.servers:
            site = sites.get(kind)
            with site.serving(server) as portal:
                people = circle(site.crowd, KILLED, SENDERS)
                with Crew(portal, people, until_cut=True) as crew:
                    now = time.monotonic()
                    crew.begin(now, now + LONGEST)
                    time.sleep(sizes.warm_up + sizes.seconds / 2)
                    killed = _kill(portal)
                    noted = crew.finish(sizes.seconds, {}).noted
            conversation = site.crowd["circles"][str(KILLED)]["id"]
            with site.serving(server):  # whoever was killed comes back
                found = site.run("network.bench.kept", {"conversation": conversation, "noted": noted})
            section.rows.append(
                [kind, server, killed, len(noted), found["missing"], found["twice"], found["gaps"]]
            )
            lost = found["missing"] + found["twice"] + found["gaps"]
            section.bars.append(Bar(f"lost of {len(noted):,} acknowledged, {kind}, {server}", lost, 0))
    return section


def _kill(portal: Portal) -> str:
    """The portal, and where there is one the database with it."""
    portal.kill()
    database = portal.site.database
    if database is None:
        return "the portal"
    database.kill()
    database.start()
    return "the portal and PostgreSQL"
