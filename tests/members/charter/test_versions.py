"""One officer writes a version, another publishes what they have read, and nothing changes it afterwards."""

from __future__ import annotations

from typing import Any

import pytest

from members import clock
from members.charter import access, services
from members.charter.models import CharterVersion
from members.charter.services import DraftChanged, NotTheSecond
from members.problems import NotFound, Problem
from members.protocol import charter as protocol
from tests import charter, kit
from tests.members.charter.conftest import Scene


def refused(act: Any, *arguments: Any, **named: Any) -> str:
    """The code with which this is refused."""
    with pytest.raises(Problem) as problem:
        act(*arguments, **named)
    return problem.value.code


def test_whoever_wrote_last_does_not_publish_and_another_officer_does(scene: Scene) -> None:
    first, second, _ = scene.officers
    draft = charter.prepare(first)
    with pytest.raises(NotTheSecond):
        services.publish(officer=first, stated=draft.hash)
    published = services.publish(officer=second, stated=draft.hash)
    assert (published.changed_by, published.published_by) == (first, second)
    assert access.draft(first) is None


def test_a_change_makes_its_author_the_first_and_asks_for_another_second(scene: Scene) -> None:
    first, second, third = scene.officers
    read = charter.prepare(first)
    changed = charter.prepare(second, texts={**charter.TEXTS, "en": "Something else."})
    with pytest.raises(NotTheSecond):
        services.publish(officer=second, stated=changed.hash)
    with pytest.raises(DraftChanged):
        services.publish(officer=third, stated=read.hash)
    assert services.publish(officer=first, stated=changed.hash).texts["en"] == "Something else."


def test_whoever_writes_over_what_they_have_not_read_is_told(scene: Scene) -> None:
    first, second, _ = scene.officers
    charter.prepare(first)
    fields: dict[str, Any] = {"number": "1.0", "effective": None, "texts": charter.TEXTS}
    with pytest.raises(DraftChanged):
        services.save_draft(officer=second, seen=0, **fields)


@pytest.mark.parametrize(
    "changed",
    [{"effective": None}, {"texts": {**charter.TEXTS, "zh": ""}}],
    ids=["no date", "a text missing"],
)
def test_what_is_not_whole_is_kept_as_a_draft_and_not_published(scene: Scene, changed: Any) -> None:
    first, second, _ = scene.officers
    draft = charter.prepare(first, **changed)
    assert draft.hash == ""
    assert refused(services.publish, officer=second, stated="00" * 32) == "incomplete"


def test_it_applies_from_a_day_that_is_still_to_come(scene: Scene, time: kit.Time) -> None:
    first, second, _ = scene.officers
    draft = charter.prepare(first, effective=clock.now() + clock.DAY)
    time.pass_by(clock.DAY)
    assert refused(services.publish, officer=second, stated=draft.hash) == "invalid"


def test_a_later_version_has_a_later_number_and_a_later_day(scene: Scene) -> None:
    before = scene.publish("1.9")
    first = scene.officers[0]
    assert before.effective is not None
    assert refused(charter.prepare, first, "1.9") == "number_taken"
    assert refused(charter.prepare, first, "1.8") == "number_taken"
    assert refused(charter.prepare, first, "1.10", effective=before.effective) == "invalid"
    assert refused(charter.prepare, first, "one") == "invalid"
    assert charter.prepare(first, "1.10", effective=before.effective + 1).hash


def test_what_is_prepared_is_the_officers_alone(scene: Scene) -> None:
    draft = charter.prepare(scene.officers[0])
    lead = scene.qasrain.lead.id
    for act in (
        lambda: access.draft(lead),
        lambda: access.template(lead),
        lambda: charter.prepare(lead),
        lambda: services.discard_draft(officer=lead),
        lambda: services.publish(officer=lead, stated=draft.hash),
        lambda: access.texts(lead, draft.number),
    ):
        with pytest.raises(NotFound):
            act()
    assert access.overview(lead)["versions"] == []


def test_a_draft_is_discarded_and_a_published_version_never(scene: Scene) -> None:
    version = scene.publish()
    charter.prepare(scene.officers[0], "1.1", effective=(version.effective or 0) + 1)
    services.discard_draft(officer=scene.officers[1])
    with pytest.raises(NotFound):
        services.discard_draft(officer=scene.officers[1])
    assert [one.number for one in CharterVersion.objects.all()] == ["1.0"]


def test_the_charter_that_comes_with_the_program_is_whole_and_no_two_of_its_texts_are_alike() -> None:
    texts = access.template_texts()
    assert len(protocol.charter_hash(number="1.0", effective=0, texts=texts)) == 64
    assert len(set(texts.values())) == 6
    for text in texts.values():
        assert text.count("\n\n**") == 9  # ten articles in each
