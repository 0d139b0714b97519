"""Every view of Zero-shot & retrieval on data of one's own, and the selection that it makes."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest
from support import tiny_workspaces
from support.studio_pages import figures, open_page, settled, titles
from support.tiny_workspaces import ITEMS, UNNAMED, UNPICTURED, tiny_workspace

from tomclip.data import load_emoji
from tomclip.evaluation import TaskOptions, evaluate, load_task
from tomclip.evaluation.language_gap.confusions import task_confusions
from tomclip.ui.selecting.item_sets import ItemSelection
from tomclip.ui.selecting.tokens import ItemOrder, written
from tomclip.ui.view_state.choices import TASK

PAGE = "5_zero_shot"
PICTURED = ITEMS - UNPICTURED
LABELS = ("square", "round")


@pytest.fixture
def mine(tmp_path: Path) -> str:
    """Returns the name of a workspace with pictures and labels, and holes in its Korean."""
    return f"workspace:{tiny_workspace('mine', tmp_path / 'mine', pictures=True).name}"


@pytest.fixture
def plain(tmp_path: Path) -> str:
    """Returns the name of one with pictures and holes, without English and without labels."""
    options = {"codes": ("de", "ko"), "pictures": True, "labels": False}
    return f"workspace:{tiny_workspace('plain', tmp_path / 'plain', **options).name}"


@pytest.fixture
def words(tmp_path: Path) -> str:
    """Returns the name of one of texts alone, without English."""
    made = tiny_workspace("words", tmp_path / "words", codes=("de", "ko"), labels=False)
    return f"workspace:{made.name}"


def open_view(view: str, data: str, **address: str) -> AppTest:
    chosen = {"encoders": "mclip,tomclip_exact", "query": "red", **address}
    return open_page(PAGE, task=view, data=data, **chosen)


def sentences(studio: AppTest) -> list[str]:
    """Returns what the page says in place of a figure; not what of a link has no place on it."""
    return [alert.value for alert in (*studio.error, *studio.info)]


def selected(studio: AppTest) -> str:
    rows = [one.proto.body for one in studio.get("html")]
    found = [body for body in rows if 'class="selected-words"' in body]
    return found[0].partition('words">')[2].removesuffix("</div>") if found else ""


def token(data: str, ids: tuple[str, ...]) -> str:
    order = ItemOrder(data, tuple(f"item-{row}" for row in range(ITEMS)))
    return written(ItemSelection(ids), order, str)


def marked(studio: AppTest, table: int) -> list[int]:
    """Returns the rows of a table that are drawn as selected."""
    default = studio.dataframe[table].proto.selection_default
    return json.loads(default)["selection"]["rows"]


@pytest.mark.parametrize("view", TASK.titles)
def test_every_view_shows_its_figures_or_one_sentence(
    view: str, mine: str, plain: str, words: str
) -> None:
    for data in (mine, plain, words):
        for language in ("ko", "de"):
            studio = open_view(view, data, language=language)
            shown = bool(figures(studio) or studio.dataframe)
            assert len(studio.error) <= 1, (data, sentences(studio))
            assert shown or len(sentences(studio)) == 1, (data, sentences(studio))


def test_only_pictured_items_are_found_and_called_by_their_first_text(plain: str) -> None:
    emoji = load_emoji()
    studio = open_view("text", plain, query=emoji.names["de"][2])
    table = studio.dataframe[0].value
    assert set(table["name"]) <= set(emoji.names["de"][:PICTURED])
    assert "in English" not in table
    verdict = next(one.value for one in studio.markdown if " comes **" in one.value)
    assert f" of {PICTURED}" in verdict
    studio = open_view("text", plain, query=emoji.names["de"][ITEMS - 1])
    assert any("has no picture" in one.value for one in studio.markdown)


def test_names_with_holes_are_ranked_among_those_that_there_are(mine: str) -> None:
    studio = open_view("picture", mine, language="ko", shown="item-0,item-9")
    said = [one.value for one in studio.markdown]
    assert sum("has no text in Korean" in one for one in said) == 2
    assert sum(f" of {ITEMS - UNNAMED}" in one for one in said) == 2
    korean = set(load_emoji().names["ko"][UNNAMED:ITEMS])
    assert all(set(one.value["name"]) <= korean for one in studio.dataframe)


def test_a_picture_of_one_s_own_is_named_by_texts_without_pictures(words: str) -> None:
    studio = open_view("picture", words, language="de")
    (asked,) = sentences(studio)
    assert asked == "words has texts and no pictures; bring one of your own to name it by them."
    stream = io.BytesIO()
    Image.new("RGB", (8, 8), (200, 0, 0)).save(stream, "PNG")
    file = ("red.png", stream.getvalue(), "image/png")
    studio = settled(studio.file_uploader[0].set_value([file]).run())
    assert not sentences(studio)
    assert list(studio.dataframe[0].value.columns) == ["rank", "cosine", "name"]
    assert len(studio.dataframe) == 2


def test_all_languages_are_those_that_the_item_has(mine: str) -> None:
    studio = open_view("languages", mine, word="item-0")
    assert list(studio.dataframe[0].value["language"]) == ["English"]
    assert "It has no text in Korean." in [one.value for one in studio.caption]
    studio = open_view("languages", mine, word="item-9", asked_for="name")
    assert list(studio.dataframe[0].value["language"]) == ["English", "Korean"]
    assert figures(studio)[0]["layout"]["meta"]["candidates"] == PICTURED
    assert any(f"the {PICTURED - UNNAMED} to {PICTURED} names" in c.value for c in studio.caption)


def test_labels_are_classes_with_their_confusions(mine: str) -> None:
    studio = open_view("classes", mine, gap_of="mclip")
    assert titles(studio) == ["Top-1 accuracy by label in English", "What pictures are taken for"]
    task = load_task(f"{mine}/labels")
    found = task_confusions("mclip", task, "en")
    table = studio.dataframe[-1].value
    assert len(table) == PICTURED
    wrong = int((found.right != found.chosen).sum())
    assert int(table["taken for"].notna().sum()) == wrong
    assert list(table.columns) == ["", "item", "name", "rank", "taken for"]


def test_items_are_named_where_there_are_no_labels(plain: str) -> None:
    studio = open_view("classes", plain, language="ko", gap_of="mclip")
    assert not figures(studio)
    table = studio.dataframe[-1].value
    assert len(table) == PICTURED - UNNAMED
    assert set(table["name"]) == set(load_emoji().names["ko"][UNNAMED:PICTURED])


def test_a_cell_selects_its_pictures_and_rings_follow(mine: str) -> None:
    found = task_confusions("mclip", load_task(f"{mine}/labels"), "en")
    cells = list(zip(found.right.tolist(), found.chosen.tolist(), strict=True))
    right, chosen = cells[0]
    address = f"{found.classes[right]}.{found.classes[chosen]}"
    studio = open_view("classes", mine, gap_of="mclip", taken_for=address)
    assert selected(studio).startswith(f"<strong>{cells.count((right, chosen))} selected</strong>")
    assert len(studio.dataframe[0].value) == cells.count((right, chosen))
    studio = settled(studio.button(key="selection:clear").click().run())
    assert selected(studio) == "Nothing selected"


def test_the_selection_is_marked_in_answers_and_in_confusions(mine: str) -> None:
    names = list(open_view("text", mine, encoders="mclip").dataframe[0].value["name"])
    item = f"item-{load_emoji().names['en'].index(names[4])}"
    studio = open_view("text", mine, encoders="mclip", items=token(mine, (item,)))
    assert marked(studio, 0) == [4]
    studio = open_view("classes", mine, gap_of="mclip", items=token(mine, ("item-3",)))
    (at,) = marked(studio, 0)
    assert studio.dataframe[0].value["name"].iloc[at] == "round"
    rings = [one for one in figures(studio)[1]["data"] if one.get("name") == "of the selection"]
    assert [len(one["x"]) for one in rings] == [1]


def test_rows_selected_in_one_ranking_are_marked_in_the_others(mine: str) -> None:
    studio = open_view("picture", mine, shown="item-5")
    before = [one.proto.id for one in studio.dataframe]
    studio = settled(studio.button(key="select:named_0:mclip").click().run())
    first, second = (list(studio.dataframe[at].value["name"]) for at in (0, 1))
    assert marked(studio, 1) == [at for at, name in enumerate(second) if name in first[:10]]
    assert marked(studio, 1)
    assert studio.dataframe[1].proto.id != before[1]  # the browser marks what a table begins with


def test_the_first_ten_are_selected_by_a_button(mine: str) -> None:
    studio = open_view("picture", mine, encoders="mclip", shown="item-5")
    studio = settled(studio.button(key="select:named_0:mclip").click().run())
    assert selected(studio).startswith("<strong>10 selected</strong>")
    assert marked(studio, 0)[:10] == list(range(10))


def test_prompts_are_asked_about_the_labels(mine: str) -> None:
    studio = open_view("prompts", mine, encoders="mclip")
    studio = settled(studio.text_area[0].set_value("something {}").run())
    assert titles(studio) == ["Zero-shot top-1: your prompts less the names alone"]
    from tomclip.data.prompts import Prompts

    name, row = f"{mine}/labels", studio.dataframe[-1].value.iloc[0]
    for column, prompt in (("names alone, %", "{}"), ("your prompts, %", "something {}")):
        options = TaskOptions(prompts=Prompts.of({"en": [prompt]}))
        report = evaluate("mclip", load_task(name, options), references=())
        assert row[column].startswith(f"{report.hits('zero_shot', 'en')[:, 0].mean():.1f} [")


def test_prompts_without_classes_are_one_sentence(plain: str) -> None:
    (said,) = sentences(open_view("prompts", plain))
    assert "plain has no classes; give its pictures labels" in said


@pytest.mark.parametrize("view", TASK.titles)
def test_of_few_items_what_can_be_shown_is(
    view: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tiny_workspaces, "ITEMS", 5)
    monkeypatch.setattr(tiny_workspaces, "UNNAMED", 4)
    few = f"workspace:{tiny_workspace('few', tmp_path, pictures=True).name}"
    studio = open_view(view, few, language="ko")
    assert len(studio.error) <= 1, sentences(studio)
    assert figures(studio) or studio.dataframe or len(sentences(studio)) == 1
    if view in ("text", "picture"):
        assert not studio.error
        assert len(studio.dataframe[0].value) == (2 if view == "text" else 1)


def test_captions_are_shown_as_text(runs: Path, tmp_path: Path) -> None:
    from tomclip.workspaces import create_workspace

    folder = tmp_path / "pictures"
    folder.mkdir()
    rows = []
    for row in range(12):
        shade = np.full((16, 16, 3), 20 * row, dtype=np.uint8)
        Image.fromarray(shade).save(folder / f"{row}.png")
        rows.append(f"{row},**bold** <b>{row}</b>,{row}.png,<i>{row % 2}</i>")
    (tmp_path / "t.csv").write_text("\n".join(["id,en,file,label", *rows, ""]))
    create_workspace("html", [tmp_path / "t.csv", folder])
    for view in ("text", "languages", "classes"):
        studio = open_view(view, "workspace:html", query="**bold** <b>3</b>")
        assert not sentences(studio)
        assert not any("***bold" in one.value for one in studio.markdown)
        shown = str([figure["layout"]["title"] for figure in figures(studio)])
        assert "<b>3</b>" not in shown
