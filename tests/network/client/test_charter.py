"""A client accepts the charter that it has read, and nothing that the server merely says it is."""

from __future__ import annotations

import pytest

from members import clock
from members.protocol.charter import parse
from members.protocol.encoding import unb64
from network.client.charter import OtherText
from tests.charter import TEXTS
from tests.network.client.network import Network

pytestmark = pytest.mark.asyncio(loop_scope="package")


async def test_officers_publish_and_a_lead_accepts_what_they_have_read(network: Network) -> None:
    effective = clock.now() + 30 * clock.DAY
    await network["officer 1"].charter.write(number="1.0", effective=effective, texts=TEXTS)
    assert await network["officer 2"].charter.publish() == "1.0"
    ana = network["Ana"]

    read = ana.http.get

    async def another_text(path: str, **query: object) -> object:
        answer = await read(path, **query)
        if path == "/api/charter/versions/1.0":
            answer["texts"]["en"] += " And another sentence."
        return answer

    ana.http.get = another_text  # type: ignore[method-assign]
    with pytest.raises(OtherText):
        await ana.charter.accept("1.0")
    ana.http.get = read  # type: ignore[method-assign]
    assert (await ana.charter.versions())[0]["acceptances"] == []

    await ana.charter.accept("1.0")
    (version,) = await network["Sol"].charter.versions()
    (one,) = version["acceptances"]
    given = parse(unb64(one["body"]), unb64(one["signature"]))
    assert (given.account, given.charter) == (ana.account, version["hash"])
    assert given.signed_by(ana.memory.keys.device_key)
