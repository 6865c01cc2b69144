"""Where vectors lie and how they are written: one file per subject, stable bytes, boxes kept while they still open."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from members.protocol import boxes
from members.protocol.boxes import BoxRefused
from members.protocol.encoding import b64, unb64

HERE: Final = Path(__file__).parent
FROM_TYPESCRIPT: Final = HERE / "from-typescript"


def read(name: str, folder: Path = HERE) -> dict[str, Any]:
    """The content of a vector file; empty when there is none."""
    path = folder / f"{name}.json"
    if not path.exists():
        return {}
    content: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return content


def text_of(content: dict[str, Any]) -> str:
    """The one text of a vector file: a list's cases each on a line of their own."""
    lines = []
    for key, value in content.items():
        if isinstance(value, list):
            cases = ",\n".join(f"    {json.dumps(each, ensure_ascii=True, sort_keys=True)}" for each in value)
            lines.append(f'  "{key}": [\n{cases}\n  ]' if value else f'  "{key}": []')
        elif isinstance(value, dict) and value and all(isinstance(each, list) for each in value.values()):
            inner = []
            for name, each in value.items():
                cases = ",\n".join(
                    f"      {json.dumps(one, ensure_ascii=True, sort_keys=True)}" for one in each
                )
                inner.append(f"    {json.dumps(name)}: [\n{cases}\n    ]")
            lines.append(f'  "{key}": {{\n' + ",\n".join(inner) + "\n  }")
        else:
            lines.append(f'  "{key}": {json.dumps(value, ensure_ascii=True, sort_keys=True)}')
    return "{\n" + ",\n".join(lines) + "\n}\n"


class KeptBoxes:
    """Boxes are random; those of the present file are used again as long as they open to the same thing."""

    def __init__(self, present: list[dict[str, Any]]) -> None:
        self._present = [unb64(each["box"]) for each in present if "box" in each]

    def box(self, seed: bytes, info: bytes, plaintext: bytes) -> str:
        """A box that opens with this seed and `info` to this plaintext, in base64."""
        for kept in self._present:
            try:
                if boxes.open_box(seed, info, kept) == plaintext:
                    return b64(kept)
            except BoxRefused:
                continue
        return b64(boxes.seal_box(boxes.key_pair(seed).public, info, plaintext))
