"""Accuracy and confusions by class on the Zero-shot page."""

from __future__ import annotations

from support.studio_pages import figures, open_page, settled, titles

from tomclip.data import load_emoji
from tomclip.evaluation import emoji_task, evaluate
from tomclip.evaluation.language_gap.confusions import task_confusions

PAGE = "5_zero_shot"


def test_every_concept_has_its_rank_the_worst_first() -> None:
    studio = open_page(PAGE, task="classes", language="ko", gap_of="mclip")
    report = evaluate("mclip", emoji_task(), references=())
    ranks = sorted(report.ranks["zero_shot"]["ko"], reverse=True)
    table = studio.dataframe[-1].value
    shown = [int(one.removeprefix("✓ ")) for one in table["rank"]]
    assert shown == ranks
    assert "name" in table
    assert list(table["taken for"].isna()) == [rank == 1 for rank in ranks]
    assert titles(studio) == [
        "Top-1 accuracy by category in Korean",
        "What pictures are taken for",
    ]


def test_a_name_that_is_the_concept_s_own_is_not_shown_twice() -> None:
    studio = open_page(PAGE, task="classes", language="en", gap_of="mclip")
    table = studio.dataframe[-1].value
    assert "name" not in table
    assert set(table["concept"].str.split(" ", n=1).str[1]) <= set(load_emoji().names["en"])


def test_a_cell_shows_its_pictures_and_stays_in_the_address() -> None:
    task = emoji_task()
    groups, found = task.class_groups["category"], task_confusions("mclip", task, "ko")
    cells = found.between(groups)
    cells = cells[(cells["group"] != cells["chosen"]) & (cells["pictures"] > 0)]
    group, chosen, count = cells.sort_values("pictures").iloc[-1][["group", "chosen", "pictures"]]
    address = ".".join(one.replace("%", "%25").replace(".", "%2E") for one in (group, chosen))
    studio = open_page(
        PAGE, task="classes", language="ko", gap_of="mclip", taken_for=address, encoders="mclip"
    )
    assert len(studio.dataframe[0].value) == count
    assert studio.query_params["taken_for"] == address
    assert len(figures(studio)[1]["layout"]["shapes"]) == 1
    studio = settled(studio.selectbox(key="choice:language").select("en").run())
    assert not figures(studio)[1]["layout"].get("shapes")
