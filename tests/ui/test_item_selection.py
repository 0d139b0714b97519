"""The session's selection: packed for a link and read back, combined, undone, named."""

from __future__ import annotations

import base64
import random
import zlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tomclip.core.errors import InputError
from tomclip.core.paths import workspaces_owned_by
from tomclip.ui.selecting import store
from tomclip.ui.selecting.history import MOST_STEPS, History
from tomclip.ui.selecting.item_sets import Combination, ItemSelection, combined
from tomclip.ui.selecting.tokens import LONGEST, ItemOrder, read, written
from tomclip.workspaces import list_workspaces

IDS = st.lists(st.text(max_size=12), min_size=1, max_size=60, unique=True)
EMOJI = ItemOrder("emoji", tuple(f"1f{number:03x}" for number in range(1_600)))


@st.composite
def selections(draw: st.DrawFn) -> tuple[ItemSelection, ItemOrder]:
    """Returns a selection of any form, and the order of the data set that it is of."""
    ids = draw(IDS)
    order = ItemOrder(draw(st.sampled_from(["emoji", "workspace:mine~x"])), tuple(ids))
    chosen = draw(st.permutations(ids))[: draw(st.integers(1, len(ids)))]
    if draw(st.booleans()):
        chosen = sorted(chosen, key=ids.index)
    form: Any = draw(
        st.sampled_from(["set", "loop", "merge"] if len(chosen) > 1 else ["set", "loop"])
    )
    first = draw(st.integers(1, len(chosen) - 1)) if form == "merge" else 0
    language = "" if form == "set" else draw(st.sampled_from(["en", "ko"]))
    return ItemSelection(tuple(chosen), form, language, first), order


def no_file(selection: ItemSelection) -> str:
    raise AssertionError(f"{len(selection)} items need no file")


def nothing_kept(name: str) -> ItemSelection:
    raise InputError(f"{name} is not here.")


@given(selections())
def test_a_selection_is_read_as_it_was_written(pair: tuple[ItemSelection, ItemOrder]) -> None:
    selection, order = pair
    reading = read(written(selection, order, no_file), order, nothing_kept)
    assert (reading.value, reading.refusal) == (selection, "")


@given(st.sets(st.sampled_from(EMOJI.ids), min_size=1))
def test_any_set_of_the_emoji_has_room_in_a_link(ids: set[str]) -> None:
    selection = ItemSelection(tuple(sorted(ids, key=EMOJI.places.__getitem__)))
    token = written(selection, EMOJI, no_file)
    assert len(token) < 400
    assert read(token, EMOJI, nothing_kept).value == selection


@given(st.text())
def test_no_text_of_a_link_is_an_error(text: str) -> None:
    for token in (text, f"set~~~i~{text}~emoji", f"loop~ko~~b~{EMOJI.digest}{text}~emoji"):
        reading = read(token, EMOJI, nothing_kept)
        assert reading.value is not None or reading.refusal


@given(selections(), st.data())
def test_a_link_that_is_cut_short_selects_nothing_else(
    pair: tuple[ItemSelection, ItemOrder], data: st.DataObject
) -> None:
    selection, order = pair
    token = written(selection, order, no_file)
    cut = data.draw(st.integers(0, len(token) - 1))
    reading = read(token[:cut], order, nothing_kept)
    assert reading.value is None
    assert reading.refusal.endswith(".")


def test_a_packed_text_that_grows_without_end_is_refused() -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    bomb = packer.compress(f'["{"a" * 3_000_000}"]'.encode()) + packer.flush()
    token = f"set~~~i~{base64.urlsafe_b64encode(bomb).decode().rstrip('=')}~emoji"
    assert "damaged" in read(token, EMOJI, nothing_kept).refusal


def test_a_link_of_items_that_have_changed_says_so() -> None:
    token = written(ItemSelection(EMOJI.ids[:900]), EMOJI, no_file)
    changed = ItemOrder("emoji", EMOJI.ids[1:])
    assert read(token, changed, nothing_kept).refusal == (
        "The items of 'emoji' have changed since the link was made: nothing is selected."
    )


def test_a_link_of_another_data_set_says_so() -> None:
    token = written(ItemSelection(("a",)), ItemOrder("workspace:mine", ("a",)), no_file)
    assert read(token, EMOJI, nothing_kept).refusal == (
        "The link selects items of 'workspace:mine', and 'emoji' is shown: nothing is selected."
    )


def test_items_that_are_gone_are_named_and_the_others_are_selected_as_a_set() -> None:
    loop = ItemSelection((EMOJI.ids[5], "gone", EMOJI.ids[2]), "loop", "ko")
    reading = read(written(loop, EMOJI, no_file), EMOJI, nothing_kept)
    assert reading.value == ItemSelection((EMOJI.ids[5], EMOJI.ids[2]))
    assert reading.refusal == (
        "Of the 3 items that the link selects, 'emoji' has not 'gone'; the others are selected."
    )


def test_a_selection_too_large_for_a_link_is_kept_in_a_file_of_the_person(runs: Path) -> None:
    order = ItemOrder("workspace:big", tuple(f"item-{number * 7919}" for number in range(40_000)))
    chance = random.Random(0)
    large = ItemSelection(tuple(one for one in order.ids if chance.random() < 0.3))
    token = written(large, order, lambda one: store.keep_large(one, order.data))
    assert len(token) < LONGEST / 10
    assert read(token, order, lambda name: store.kept_large(name, order.data)).value == large
    with workspaces_owned_by("somebody else"):
        reading = read(token, order, lambda name: store.kept_large(name, order.data))
    assert reading.value is None
    assert reading.refusal.startswith("The link's selection is too large for a link")
    assert list_workspaces() == ()


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "0" * 15, "0" * 16, "zz"])
def test_a_name_in_a_link_leads_to_no_other_file(name: str, runs: Path) -> None:
    with pytest.raises(InputError, match="is not here"):
        store.kept_large(name, "emoji")


def test_named_selections_are_kept_listed_opened_and_deleted(runs: Path) -> None:
    loop = ItemSelection(("b", "a", "c"), "loop", "ko")
    assert store.named_selections("emoji") == ()
    assert store.save_selection(" a loop ", loop, "emoji") == "a loop"
    store.save_selection("동물", ItemSelection(("a",)), "emoji")
    assert store.named_selections("emoji") == ("a loop", "동물")
    assert store.named_selections("workspace:emoji") == ()
    assert store.open_selection("a loop", "emoji") == loop
    store.delete_selection("a loop", "emoji")
    with pytest.raises(InputError, match=r"there is no selection 'a loop' \(there are: 동물\)"):
        store.open_selection("a loop", "emoji")


def test_a_selection_without_a_name_is_asked_for_one(runs: Path) -> None:
    with pytest.raises(InputError, match="no name yet; type one"):
        store.save_selection(" ", ItemSelection(("a",)), "emoji")


@pytest.mark.parametrize("name", ["../up", "a/b", ".hidden", "x" * 41, "ends."])
def test_a_name_that_is_none_is_refused(name: str, runs: Path) -> None:
    with pytest.raises(InputError, match="a selection cannot be called"):
        store.save_selection(name, ItemSelection(("a",)), "emoji")


def test_a_damaged_file_is_one_sentence(runs: Path) -> None:
    store.save_selection("mine", ItemSelection(("a",)), "emoji")
    (path,) = (runs / "workspaces" / ".selections").rglob("mine.json")
    path.write_text('{"items": ["a", "a"], "form": "set", "language": "", "first": 0}')
    with pytest.raises(InputError, match=r"the selection 'mine' is damaged \(mine.json\)"):
        store.open_selection("mine", "emoji")


def test_the_newest_large_selections_are_kept(runs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "MOST_LARGE", 3)
    names = [store.keep_large(ItemSelection((str(n),)), "emoji") for n in range(5)]
    kept = {path.stem for path in (runs / "workspaces" / ".selections").rglob("*.json")}
    assert len(kept) == 3
    assert names[-1] in kept


@given(st.sets(st.text(max_size=2)), st.sets(st.text(max_size=2)))
def test_combinations_are_those_of_sets_in_the_order_of_the_first(
    one: set[str], other: set[str]
) -> None:
    first, second = (ItemSelection(tuple(sorted(ids))) for ids in (one, other))
    by_sets = {
        "union": one | other,
        "intersection": one & other,
        "difference": one - other,
    }
    for how, expected in by_sets.items():
        found = combined(first, second, how)  # type: ignore[arg-type]
        assert set(found.ids) == expected
        kept = [item for item in first.ids if item in expected]
        assert list(found.ids[: len(kept)]) == kept


def test_an_unknown_combination_is_refused() -> None:
    how: Combination = "both"  # type: ignore[assignment]
    with pytest.raises(InputError, match="'union', 'intersection' or 'difference'"):
        combined(ItemSelection(), ItemSelection(), how)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"ids": ("a", "a")}, "an item is selected twice"),
        ({"ids": ("a", "b"), "form": "merge"}, "leave two groups"),
        ({"ids": ("a", "b"), "form": "merge", "first": 2}, "leave two groups"),
        ({"ids": ("a", "b"), "form": "loop", "first": 1}, "a loop has no first group"),
        ({"ids": ("a",), "form": "ring"}, "use 'set', 'loop' or 'merge'"),
    ],
)
def test_what_is_no_selection_is_refused(fields: dict, said: str) -> None:
    with pytest.raises(InputError, match=said):
        ItemSelection(**fields)


@given(st.lists(st.one_of(st.integers(0, 9), st.sampled_from(["undo", "redo"])), max_size=60))
def test_undo_and_redo_walk_along_the_steps(actions: list[int | str]) -> None:
    history, past, future = History(-1), [-1], []
    for action in actions:
        if action == "undo":
            if len(past) > 1:
                future.append(past.pop())
            history.undo()
        elif action == "redo":
            if future:
                past.append(future.pop())
            history.redo()
        else:
            past.append(action)  # type: ignore[arg-type]
            future = []
            history.add(action)  # type: ignore[arg-type]
        assert history.current == past[-1]
        assert history.can_undo == (len(past) > 1)
        assert history.can_redo == bool(future)


def test_the_oldest_steps_are_forgotten() -> None:
    history = History(-1)
    for step in range(MOST_STEPS + 50):
        history.add(step)
    while history.can_undo:
        history.undo()
    assert history.current == 50
