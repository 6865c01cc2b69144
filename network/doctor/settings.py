"""Whether the settings can be read, and whether they fit each other."""

from __future__ import annotations

from collections.abc import Mapping

from network.addresses import SettingError
from network.doctor.findings import Finding, failed, ok, warning
from network.environment import LOOPBACK, VARIABLES, Environment


def read(values: Mapping[str, str]) -> tuple[Environment | None, list[Finding]]:
    """The settings and what is to be said of them; None when they cannot be used, and then every mistake at once."""
    try:
        environment = Environment.read(values)
    except SettingError:
        mistakes = _mistakes(dict(values))
        do = (
            "Correct it where the environment of the portal is set; the portal does not start with it either."
        )
        return None, [failed("settings.read", sentence, do) for sentence in mistakes]
    given = sum(bool(values.get(name)) for name in VARIABLES)
    return environment, [
        ok("settings.read", f"{given} settings are given, and all can be read."),
        *_fit(environment),
    ]


def _mistakes(values: dict[str, str]) -> list[str]:
    """One sentence for each: what is wrong is taken away until the rest can be read."""
    found = []
    for name in sorted(name for name in values if name.startswith("ENTENTE_") and name not in VARIABLES):
        found.append(f"There is no setting {name}: it is misspelt, or of another version.")
        del values[name]
    taken_away: set[str] = set()
    while True:
        try:
            Environment.read(values)
        except SettingError as error:
            named = [word.strip(":.,") for word in str(error).split() if word.strip(":.,") in VARIABLES]
            if not taken_away.intersection(named):
                found.append(str(error))
            culprit = next((name for name in named if values.get(name)), None)
            if culprit is None:
                return found
            # with a setting goes what belongs to it and is of no use alone
            for name in [name for name in values if name == culprit or name.startswith(f"{culprit}_")]:
                taken_away.add(name)
                del values[name]
        else:
            return found


def _fit(one: Environment) -> list[Finding]:
    found = [_demonstration(one), _proxy(one), _log(one)]
    if one.database is not None and one.redis is None:
        found.append(
            warning(
                "settings.processes",
                "PostgreSQL is set and Redis is not.",
                "Run one process of the portal only, or set ENTENTE_REDIS so that several can tell each other "
                "what is new.",
            )
        )
    elif one.database is None and one.host not in LOOPBACK:
        found.append(
            warning(
                "settings.processes",
                f"The data is kept in SQLite, and the portal listens on {one.host}.",
                "That is right for one process in a container whose port is published on loopback; "
                "for a larger network set ENTENTE_DATABASE.",
            )
        )
    else:
        several = "Several processes may run" if one.redis else "One process runs, on SQLite"
        found.append(ok("settings.processes", f"{several}."))
    return found


def _demonstration(one: Environment) -> Finding:
    place = "settings.demo"
    if not one.demo:
        return ok(place, "This is no demonstration.")
    if one.origin.host in LOOPBACK:
        return ok(place, "A demonstration, for this computer only.")
    return warning(
        place,
        f"A demonstration, whose sign-ins everybody knows, is at {one.origin}.",
        "Take ENTENTE_DEMO away and begin with an empty ENTENTE_DATA if real people are to use it.",
    )


def _proxy(one: Environment) -> Finding:
    place = "settings.proxy"
    if one.origin.secure and not one.behind_proxy:
        return warning(
            place,
            "The origin is https, which a proxy must provide, and ENTENTE_BEHIND_PROXY is not set.",
            "Set it to 1: otherwise all people have the address of the proxy, and slow each other's sign-in.",
        )
    if one.behind_proxy and not one.origin.secure:
        return warning(
            place,
            "ENTENTE_BEHIND_PROXY is set for an origin without https.",
            "Take it away if there is no proxy: without one anybody can claim any address.",
        )
    return ok(
        place, "A proxy is before the portal." if one.behind_proxy else "No proxy is before the portal."
    )


def _log(one: Environment) -> Finding:
    place = "settings.log"
    if one.log_level == "DEBUG" and one.origin.host not in LOOPBACK:
        return warning(
            place,
            "The log is at DEBUG.",
            "Set ENTENTE_LOG_LEVEL to INFO: what is logged now is for developers.",
        )
    if one.redis is not None and one.log_format == "lines":
        return warning(
            place,
            "Several processes log in lines for people.",
            "Set ENTENTE_LOG_FORMAT to json: lines of several processes are hard to tell apart.",
        )
    return ok(place, f"The log is at {one.log_level}, as {one.log_format}.")
