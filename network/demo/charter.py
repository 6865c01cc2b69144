"""The charter of the demonstration: version 1.2 as all accepted it, and 1.3, which lets investigators in for a case.

1.3 is the charter that comes with the program. 1.2 is the same without what 1.3 has changed.
"""

from __future__ import annotations

from typing import Final

from members.charter.access import template_texts

BEFORE: Final = "1.2"
NEXT: Final = "1.3"
DAYS_UNTIL_NEXT: Final = 10
NOT_YET: Final = ("arvenia", "qasrain")
"""Whose leads have not accepted 1.3: four of six have."""

# language: passages of 1.3, each with what stood in its place before
_CHANGED: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "en": (
        ("Focal points and practitioners", "Focal points"),
        ("says so within ten working days, with", "says so soon, with"),
    ),
    "fr": (
        ("Points de contact et praticiens", "Points de contact"),
        ("le dit dans les dix jours ouvrables, avec", "le dit bientôt, avec"),
    ),
    "es": (
        ("Puntos de contacto y profesionales", "Puntos de contacto"),
        ("lo dice en un plazo de diez días hábiles, con", "lo dice pronto, con"),
    ),
    "ru": (
        ("Контактные лица и следователи", "Контактные лица"),
        ("сообщает об этом в течение десяти рабочих дней и", "вскоре сообщает об этом и"),
    ),
    "ar": (
        ("جهات الاتصال والممارسون", "جهات الاتصال"),
        ("يقول ذلك خلال عشرة أيام عمل، مع", "يقول ذلك قريبًا، مع"),
    ),
    "zh": (
        ("联络人与办案人员", "联络人"),
        ("在十个工作日内说明，", "尽早说明，"),
    ),
}


def next_texts() -> dict[str, str]:
    """Version 1.3 in six languages."""
    return template_texts()


def texts_before() -> dict[str, str]:
    """Version 1.2 in six languages."""
    return {language: _before(language, text) for language, text in next_texts().items()}


def _before(language: str, text: str) -> str:
    for new, old in _CHANGED[language]:
        assert new in text, f"{language}: the charter has changed, and with it what was before it"
        text = text.replace(new, old, 1)
    paragraphs = text.split("\n\n")
    temporary_access = next(place for place, one in enumerate(paragraphs) if one.startswith("**9.")) - 1
    return "\n\n".join(paragraphs[:temporary_access] + paragraphs[temporary_access + 1 :])
