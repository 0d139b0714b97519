"""What the second drawings say of the study that ships, as docs/study.md tells it."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
import study_drawings
from support.checkout import ROOT

from tomclip.core.formatting import decimal
from tomclip.studies.study import read_fold_study, study_file
from tomclip.studies.tables import form_tests

CORE = ("10 % of the pairs", "10 % and English")
STUDY = read_fold_study(study_file("few_pairs"))
TABLE = pd.read_csv(ROOT / "studies" / "few_pairs" / study_drawings.FILE)


def comparisons(condition: str) -> dict[str, dict[Any, Any]]:
    rows = form_tests(STUDY, TABLE, condition, data=study_drawings.DATA).to_dict("records")
    return {row["form"]: row for row in rows}


def structural(condition: str) -> list[dict[Any, Any]]:
    return [row for row in comparisons(condition).values() if row["family"] == "structural"]


def gain(row: dict[Any, Any], unit: str = "") -> str:
    value, low, high = (decimal(row[key], 2, signed=True) for key in ("gain", "low", "high"))
    return f"{value}{unit} [{low}, {high}]"


@pytest.mark.parametrize("condition", CORE)
def test_no_structural_form_helps_on_them(condition: str) -> None:
    rows = structural(condition)
    assert len(rows) == 13
    assert {row["verdict"] for row in rows} == {"does not help"}


def test_the_document_tells_the_largest_gains() -> None:
    said = (ROOT / "docs" / "study.md").read_text(encoding="utf-8").replace("\n", " ")
    for condition in CORE:
        best = max(structural(condition), key=lambda row: row["gain"])
        assert gain(best, " points") in said or gain(best) in said
        assert f"(*{best['form']}*)" in said
    assert gain(comparisons(CORE[1])["ridge"]) in said


def test_every_condition_that_is_complete_has_its_table() -> None:
    text = study_drawings.document(STUDY, TABLE)
    assert [line.split(" | ")[0] for line in text.splitlines() if "top-1, %" in line] == [
        f"| {condition}" for condition in CORE
    ]
    few = TABLE[TABLE["form"] != "ridge"]
    assert study_drawings.document(STUDY, few) == ""
