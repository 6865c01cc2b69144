"""The two versions of the demonstration say the same but for what the later one has changed."""

from __future__ import annotations

from members.protocol.charter import LANGUAGES, charter_hash
from network.demo.charter import next_texts, texts_before


def test_each_language_has_another_heading_another_delay_and_a_paragraph_more() -> None:
    before, after = texts_before(), next_texts()
    assert charter_hash(number="1.2", effective=0, texts=before)
    for language in LANGUAGES:
        old, new = before[language].split("\n\n"), after[language].split("\n\n")
        assert len(new) == len(old) + 1
        assert len(set(old) - set(new)) == 2
