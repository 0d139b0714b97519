"""The subsets of the emoji concepts, and what they are called wherever a person reads of them.

"Unseen" is always said of the students: the teacher knows every concept that it was shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

Subset = Literal["all", "seen", "unseen"]
UNSEEN = "unseen by the students"
UNSEEN_CONCEPTS = f"concepts {UNSEEN}"
SHORT_TITLES: Mapping[str, str] = {
    "unseen": "Unseen by students",
    "seen": "Training concepts",
    "all": "All concepts",
}
"""For a control, where there is little room."""
QUALIFIERS: Mapping[str, str] = {
    "unseen": UNSEEN,
    "seen": "that the students trained on",
    "all": "",
}
"""What stands behind the counted concepts, or icons, in a sentence or a title."""


def counted_concepts(count: int, subset: Subset) -> str:
    """Returns the number of concepts and which they are, such as "295 concepts unseen by ...".

    Args:
        count: of the subset.
        subset: which part of all concepts.
    """
    return f"{count:,} concepts {QUALIFIERS[subset]}".rstrip()
