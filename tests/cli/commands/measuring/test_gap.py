"""Where languages fall behind English, from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.command_line import refuse, succeed

from tomclip.evaluation import (
    class_hits,
    difference_cells,
    emoji_task,
    english_gap_cells,
    evaluate,
    groups_of,
    merge_order_table,
)

pytestmark = pytest.mark.usefixtures("doubles")


def test_the_gap_to_english_is_the_library_s(tmp_path: Path) -> None:
    target = tmp_path / "gap.json"
    output = succeed("gap", "--encoder", "baseline", "--json", target)
    assert "baseline: top-1 accuracy less that in English" in output
    values = json.loads(target.read_text())
    assert (values["show"], values["by"]) == ("gap", "category")
    task = emoji_task()
    hits = class_hits(evaluate("baseline", task, references=()), task)
    expected = english_gap_cells(hits, groups_of(task, "category"))
    assert [row["value"] for row in values["cells"]] == pytest.approx(expected["value"].tolist())
    assert "every class" in output


def test_a_baseline_asks_for_differences(tmp_path: Path) -> None:
    target = tmp_path / "gap.json"
    words = ("gap", "--encoder", "better", "--baseline", "baseline", "--languages", "ko")
    output = succeed(*words, "--by", "class", "--top", "3", "--json", target)
    assert "better minus baseline: top-1 accuracy, percentage points, 3 of 40 groups" in output
    values = json.loads(target.read_text())
    task = emoji_task()
    better, baseline = (
        class_hits(evaluate(name, task, references=(), languages=["en", "ko"]), task)
        for name in ("better", "baseline")
    )
    expected = difference_cells(better, baseline)
    assert [row["value"] for row in values["cells"]] == pytest.approx(expected["value"].tolist())
    assert values["cells"][-1]["ci_low"] is None
    first = max(
        (row for row in values["cells"][4:] if row["language"] == "mean"), key=lambda r: r["value"]
    )
    assert f" en {int(first['group'].removeprefix('id'))} " in output


def test_confusions_come_with_words_and_what_english_does(tmp_path: Path) -> None:
    target = tmp_path / "gap.json"
    succeed("gap", "--encoder", "baseline", "--confused", "ko", "--json", target)
    output = succeed("gap", "--encoder", "baseline", "--confused", "ko", "--top", "40")
    rows = json.loads(target.read_text())["confusions"]
    for row in rows:
        number = int(row["class"].removeprefix("id"))
        assert row["class_text"] == f"ko {number}"
        assert row["class_english"] == f"en {number}"
        assert row["class"] != row["chosen"]
        assert f"{row['class_text']} (en {number})" in output
    shared = sum(row["in_english_too"] for row in rows)
    assert f"{len(rows)} confusions, {100 * shared / len(rows):.0f} % of them" in output


def test_in_english_itself_no_gloss_is_given() -> None:
    output = succeed("gap", "--encoder", "baseline", "--confused", "en")
    assert "in English too" not in output


def test_the_merge_order_is_printed_with_its_intervals(tmp_path: Path) -> None:
    target = tmp_path / "gap.json"
    words = ("gap", "--encoder", "baseline", "--merge-order")
    output = succeed(*words)
    succeed(*words, "--json", target)
    rows = json.loads(target.read_text())["merge_order"]
    expected = merge_order_table("baseline", emoji_task())
    assert [row["merge"] for row in rows] == pytest.approx(expected["merge"].tolist())
    first = rows[0]
    assert f"{first['merge']:.3f} [{first['merge_low']:.3f}, {first['merge_high']:.3f}]" in output
    assert "0.5 is guessing" in output


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--show", "difference"), "add --baseline NAME"),
        (("--show", "gap", "--baseline", "better"), "leave --baseline better out"),
        (("--by", "colour"), "by is 'colour'; emoji has category, subcategory, class"),
        (("--languages", "en"), "only en was asked"),
        (("--confused", "xx"), "language is 'xx'"),
    ],
)
def test_what_makes_no_sense_is_one_sentence(words: tuple[str, ...], sentence: str) -> None:
    assert sentence in " ".join(refuse("gap", "--encoder", "baseline", *words).split())
