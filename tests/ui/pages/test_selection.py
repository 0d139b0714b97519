"""One selection of items, followed by the figures of this page and the next ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from support.checkout import APP
from support.recorded_runs import STEPS, recorded_run
from support.studio_pages import PATIENCE, figures, open_page, settled

from tomclip import geometry
from tomclip.data import load_emoji
from tomclip.geometry import project
from tomclip.runs import read_snapshot
from tomclip.ui.selecting.bar import LIST_WIDTH
from tomclip.ui.selecting.feature_items import TOO_MANY
from tomclip.ui.selecting.item_sets import ItemSelection
from tomclip.ui.selecting.tokens import ItemOrder, written

MAPS = {"method": "pca", "encoder": "mclip", "beside": "tomclip_exact", "languages": "en,ko"}


@pytest.fixture(autouse=True)
def principal_components(monkeypatch: pytest.MonkeyPatch) -> None:
    """Puts principal components in place of UMAP, which is slow to compile."""
    monkeypatch.setattr(
        geometry, "project", lambda *args, **options: project(*args, **{**options, "method": "pca"})
    )


def order() -> ItemOrder:
    return ItemOrder("emoji", tuple(load_emoji().concepts["id"]))


def token(selection: ItemSelection) -> str:
    return written(selection, order(), str)


def selected_ids(figure: dict[str, Any]) -> dict[str, set[str]]:
    """Returns the ids that are drawn as selected, by the axis of their map."""
    found: dict[str, set[str]] = {}
    for trace in figure["data"]:
        if "customdata" in trace:
            ids = {trace["customdata"][at][0] for at in trace.get("selectedpoints", ())}
            found.setdefault(trace.get("xaxis", "x"), set()).update(ids)
    return found


def words(studio: AppTest) -> str:
    """Returns what the row at the foot of the page says; "" where there is none."""
    rows = (one.proto.body for one in studio.get("html"))
    found = [body for body in rows if 'class="selected-words"' in body]
    return found[0].partition('words">')[2].removesuffix("</div>") if found else ""


def press(studio: AppTest, key: str) -> AppTest:
    return settled(studio.button(key=f"selection:{key}").click().run())


def test_without_a_selection_there_is_no_row_and_a_link_can_be_copied() -> None:
    studio = open_page("2_embeddings", **MAPS, subset="all")
    assert words(studio) == ""
    assert "items" not in studio.query_params
    (button,) = [one for one in studio.get("html") if 'class="copy-link"' in one.proto.body]
    assert "Copy link" in button.proto.body


def test_a_link_selects_the_same_items_under_both_encoders_and_says_how_many() -> None:
    ids = order().ids[3:6]
    studio = open_page("2_embeddings", **MAPS, subset="all", items=token(ItemSelection(ids)))
    (chart,) = figures(studio)
    assert selected_ids(chart) == {"x": set(ids), "x2": set(ids)}
    assert words(studio).startswith("<strong>3 selected</strong>")
    assert studio.query_params["items"] == token(ItemSelection(ids))
    assert chart["layout"]["dragmode"] == "lasso"
    assert any("**3 on this map**: 6 points" in one.value for one in studio.markdown)
    assert not studio.warning


def test_the_next_pages_follow_and_their_addresses_say_so() -> None:
    ids = order().ids[3:6]
    studio = open_page("2_embeddings", **MAPS, subset="all", items=token(ItemSelection(ids)))
    studio.switch_page("pages/3_topology.py")
    studio = settled(studio.run())
    assert words(studio).startswith("<strong>3 selected</strong>")
    assert studio.query_params["items"] == token(ItemSelection(ids))
    rings = [one for one in figures(studio)[0]["data"] if one.get("name") == "of the selection"]
    assert sum(len(one["x"]) for one in rings) >= 3
    studio.switch_page("pages/8_benchmarks.py")
    studio = settled(studio.run())
    assert words(studio) == ""
    assert "items" not in studio.query_params
    studio.switch_page("pages/2_embeddings.py")
    assert selected_ids(figures(settled(studio.run()))[0])["x"] == set(ids)


def test_more_than_half_of_a_cloud_rings_nothing_and_says_so() -> None:
    rows = load_emoji().splits["unseen"]
    ids = tuple(order().ids[row] for row in rows[: 2 * len(rows) // 3].tolist())
    address = {"view": "barcode", "language": "ko", "subset": "unseen"}
    studio = open_page("3_topology", **address, items=token(ItemSelection(ids)))
    assert TOO_MANY in [one.value for one in studio.caption]
    rings = [one for one in figures(studio)[0]["data"] if one.get("name") == "of the selection"]
    assert rings
    assert not any(one.get("x") for one in rings)
    studio = open_page("3_topology", **address, items=token(ItemSelection(ids[:5])))
    assert TOO_MANY not in [one.value for one in studio.caption]
    rings = [one for one in figures(studio)[0]["data"] if one.get("name") == "of the selection"]
    assert any(one.get("x") for one in rings)


def test_the_map_over_training_marks_what_is_selected(runs: Path) -> None:
    run = recorded_run(probes=(0, STEPS))
    ids = (order().ids[int(read_snapshot(run, STEPS).concepts[1])],)
    link = token(ItemSelection(ids))
    studio = AppTest.from_file(APP, default_timeout=PATIENCE)
    studio.query_params["recorded_as"], studio.query_params["items"] = "map", link
    studio.switch_page("pages/6_train.py").run()
    assert not studio.exception
    chart = figures(studio)[-1]
    assert selected_ids(chart) == {"x": set(ids)}
    assert chart["frames"]
    assert studio.query_params["items"] == link


def test_a_bar_of_a_link_selects_the_loop_and_the_map_joins_its_words_in_order() -> None:
    studio = open_page("3_topology", view="barcode", language="ko", subset="all", bar="ko.1.0")
    assert "a loop in Korean" in words(studio)
    studio.switch_page("pages/2_embeddings.py")
    for name, value in MAPS.items():
        studio.query_params[name] = value
    chart = figures(settled(studio.run()))[0]
    loops = [trace for trace in chart["data"] if trace.get("name") == "loop"]
    assert [trace.get("xaxis") for trace in loops] == ["x", "x2"]
    named = [text.partition(" ")[2] for text in loops[0]["text"][:-1]]
    assert words(studio).split(" · ")[2] == " – ".join(named)
    assert set(named) <= set(load_emoji().names["ko"])
    assert json.dumps(loops[0]["text"]) == json.dumps(loops[1]["text"])


def test_a_merge_has_two_groups_that_have_their_colours_on_the_map() -> None:
    studio = open_page("3_topology", view="barcode", language="ko", subset="all", bar="ko.0.40")
    assert "two groups that merge in Korean" in words(studio)
    studio.switch_page("pages/2_embeddings.py")
    studio.query_params["method"] = "pca"
    chart = figures(settled(studio.run()))[0]
    groups = [one for one in chart["data"] if str(one.get("name")).startswith("group of ")]
    assert len(groups) == 2
    assert groups[0]["marker"]["color"] != groups[1]["marker"]["color"]
    counts = [int(one["name"].removeprefix("group of ").replace(",", "")) for one in groups]
    assert words(studio).startswith(f"<strong>{sum(counts)} selected</strong>")


def test_clear_can_be_undone_and_done_again_with_the_mark_it_was_selected_by() -> None:
    studio = open_page("3_topology", view="barcode", language="ko", subset="all", bar="ko.1.0")
    said = words(studio)
    studio = press(studio, "clear")
    assert words(studio) == "Nothing selected"
    assert {"bar", "items"}.isdisjoint(studio.query_params)
    studio = press(studio, "undo")
    assert words(studio) == said
    assert studio.query_params["bar"] == "ko.1.0"
    studio = press(studio, "redo")
    assert words(studio) == "Nothing selected"


def test_a_selection_is_named_and_combined_with_another_one() -> None:
    first, second = order().ids[3:6], order().ids[5:8]
    studio = open_page("2_embeddings", **MAPS, subset="all", items=token(ItemSelection(first)))
    studio.text_input(key="selection:name_text").set_value("mine")
    button = next(one for one in studio.button if one.label == "Keep")
    studio = settled(button.click().run())
    assert not studio.error
    studio = press(studio, "clear")
    studio.query_params["items"] = token(ItemSelection(second))
    studio = settled(studio.run())
    assert words(studio).startswith("<strong>3 selected</strong>")
    studio = press(studio, "union")
    assert selected_ids(figures(studio)[0])["x"] == {*first, *second}
    studio = press(press(studio, "undo"), "intersection")
    assert selected_ids(figures(studio)[0])["x"] == {order().ids[5]}
    studio = press(press(studio, "undo"), "difference")
    assert selected_ids(figures(studio)[0])["x"] == set(second[1:])
    studio = press(studio, "show")
    assert selected_ids(figures(studio)[0])["x"] == set(first)
    studio = press(press(studio, "delete"), "clear")
    assert "selection:named" not in [box.key for box in studio.selectbox]


def test_the_list_of_what_is_selected_has_room_for_its_columns() -> None:
    studio = open_page("2_embeddings", **MAPS, items=token(ItemSelection(order().ids[:2])))
    popover = next(one for one in studio.get("popover") if one.proto.popover.label == "List")
    (place,) = (one for one in popover.children.values() if one.type != "caption")
    assert place.proto.width_config.pixel_width == LIST_WIDTH


def test_a_name_that_is_none_is_one_sentence() -> None:
    studio = open_page("2_embeddings", **MAPS, items=token(ItemSelection(order().ids[:2])))
    studio.text_input(key="selection:name_text").set_value("../up")
    studio = next(one for one in studio.button if one.label == "Keep").click().run()
    assert studio.error[0].value.startswith("A selection cannot be called '../up'")


@pytest.mark.parametrize("text", ["nonsense", "set~~~b~0000000000x~emoji", "set~~~f~../x~emoji"])
def test_a_link_whose_selection_cannot_be_shown_is_one_sentence(text: str) -> None:
    studio = open_page("2_embeddings", **MAPS, items=text)
    assert len(studio.warning) == 1
    assert "nothing is selected" in studio.warning[0].value
    assert words(studio) == ""
    assert "items" not in studio.query_params


def test_found_pictures_are_selected_and_followed(runs: Path) -> None:
    studio = open_page("5_zero_shot", query="grinning face", encoders="mclip")
    studio = settled(studio.button(key="select:found:mclip").click().run())
    assert words(studio).startswith("<strong>10 selected</strong>")
    assert studio.button(key="select:found:mclip").disabled


def test_a_cell_of_the_language_gap_selects_its_concepts_once() -> None:
    address = {"task": "gap", "rows": "category", "among": "all", "encoders": "mclip"}
    studio = open_page("5_zero_shot", **address)
    cells = [one for one in figures(studio)[0]["data"] if "customdata" in one]
    group, language = next(key for one in cells for key in one["customdata"] if key[1])
    studio = open_page("5_zero_shot", **address, cell=f"{group}.{language}")
    assert " selected</strong>" in words(studio)
    studio = press(studio, "clear")
    assert words(studio) == "Nothing selected"
