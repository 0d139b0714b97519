"""A few members of some groups, the same ones for the same seed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

import numpy as np

from tomclip.core.errors import InputError

SHORT_NAMED = ("animal-mammal", "food-fruit", "transport-ground")
"""Groups of the emoji whose names are short words of everyday life: labels that can be read."""


def group_sizes(
    group_of: Mapping[str, str], among: Collection[str] | None = None
) -> dict[str, int]:
    """Returns how many members every group has, the largest first, equal ones by their names.

    Args:
        group_of: the group of every id; "" is no group.
        among: the ids that count; None counts all.
    """
    counted = Counter(
        group for one, group in group_of.items() if group and (among is None or one in among)
    )
    return dict(sorted(counted.items(), key=lambda item: (-item[1], item[0])))


def sampled_members(
    group_of: Mapping[str, str],
    groups: Sequence[str],
    *,
    most: int,
    seed: int = 0,
    among: Collection[str] | None = None,
) -> dict[str, tuple[str, ...]]:
    """Returns at most `most` ids of each group, in the order of `group_of`; a seeded sample.

    A group's sample depends on its own members and the seed alone, not on which others are asked
    for.

    Args:
        group_of: the group of every id.
        groups: those to sample.
        most: members of a group, at least 1.
        seed: of the sample.
        among: the ids to choose from; None for all.

    Raises:
        InputError: when `most` is below 1, or a group has no member.
    """
    if most < 1:
        raise InputError(f"{most} members of a group were asked for; ask for at least 1")
    found: dict[str, tuple[str, ...]] = {}
    for group in groups:
        members = [
            one for one, own in group_of.items() if own == group and (among is None or one in among)
        ]
        if not members:
            known = ", ".join(list(group_sizes(group_of, among))[:8]) or "none"
            raise InputError(f"no group {group!r} has members here; the largest are: {known}")
        chosen = np.random.default_rng(seed).permutation(len(members))[:most]
        found[group] = tuple(members[at] for at in sorted(chosen.tolist()))
    return found
