"""A few members of some groups."""

from __future__ import annotations

import pytest

from tomclip.core.errors import InputError
from tomclip.data.group_samples import group_sizes, sampled_members

GROUP_OF = {f"a{at}": "animals" for at in range(9)} | {"t": "tools", "u": "tools", "x": ""}


def test_the_largest_group_comes_first_and_no_group_is_none() -> None:
    assert group_sizes(GROUP_OF) == {"animals": 9, "tools": 2}
    assert group_sizes(GROUP_OF, ["t", "u", "a1"]) == {"tools": 2, "animals": 1}


def test_a_sample_is_the_seed_s_and_in_the_order_of_the_data() -> None:
    first = sampled_members(GROUP_OF, ["animals", "tools"], most=4, seed=3)
    assert first == sampled_members(GROUP_OF, ["animals", "tools"], most=4, seed=3)
    assert sampled_members(GROUP_OF, ["animals"], most=4, seed=3)["animals"] == first["animals"]
    assert list(first["animals"]) == sorted(first["animals"])
    assert (len(first["animals"]), first["tools"]) == (4, ("t", "u"))
    samples = {sampled_members(GROUP_OF, ["animals"], most=4, seed=n)["animals"] for n in range(9)}
    assert len(samples) > 1


def test_only_what_may_be_chosen_is() -> None:
    chosen = sampled_members(GROUP_OF, ["animals"], most=5, among=["a2", "a7"])
    assert chosen == {"animals": ("a2", "a7")}


def test_a_group_without_members_and_no_members_are_refused() -> None:
    with pytest.raises(
        InputError, match="no group 'plants' has members here; the largest are: ani"
    ):
        sampled_members(GROUP_OF, ["plants"], most=2)
    with pytest.raises(InputError, match="0 members"):
        sampled_members(GROUP_OF, ["tools"], most=0)
