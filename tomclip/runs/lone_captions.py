"""What a run recorded of captions that joined its batches without a pair, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from tomclip.core.types import Event

_ROLES = {"anchor": "English anchor", "unpaired": "Unpaired captions"}
_LEFT_OUT = "_left_out"


def lone_captions_sentence(events: Iterable[Event]) -> str:
    """Returns how many captions without a pair a run reads, and what was left out; "" for none.

    As in "English anchor: 24 texts of words.txt; left out: 3 blank, 1 held out."
    """
    given = next((event.values for event in events if event.split == "sources"), {})
    return " ".join(_of_role(given, role) for role in _ROLES if f"{role}_texts" in given)


def _of_role(given: Mapping[str, Any], role: str) -> str:
    counts = {
        key.removeprefix(f"{role}_").removesuffix(_LEFT_OUT).replace("_", " "): count
        for key, count in given.items()
        if key.startswith(f"{role}_") and key.endswith(_LEFT_OUT)
    }
    left_out = ", ".join(f"{count:,} {reason}" for reason, count in counts.items())
    texts = f"{given[f'{role}_texts']:,} texts of {given[f'{role}_captions']}"
    return f"{_ROLES[role]}: {texts}{f'; left out: {left_out}' if left_out else ''}."
