"""Differences between encoders from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from support.command_line import succeed
from support.emoji_doubles import CODES

from tomclip.evaluation import EvaluationReport, compare_reports

pytestmark = pytest.mark.usefixtures("doubles")
LANGUAGES = ",".join(CODES)


def test_compare_writes_the_library_s_differences(tmp_path: Path) -> None:
    target = tmp_path / "differences.json"
    output = succeed(
        *("compare", "--baseline", "baseline", "--encoder", "better", "--encoder", "teacher"),
        *("--languages", LANGUAGES, "--json", target),
    )
    assert "better minus baseline" in output
    assert "teacher minus baseline" in output
    rows = pd.DataFrame(json.loads(target.read_text())["differences"])
    reports = []
    for name in ("baseline", "better"):
        text = succeed("evaluate", "--encoder", name, "--json", "-", "--per-item")
        reports.append(EvaluationReport.from_dict(json.loads(text)))
    expected = compare_reports(reports[0], reports[1:])
    found = rows[rows["encoder"] == "better"]
    for column in ("difference", "ci_low", "ci_high"):
        assert np.allclose(found[column].astype(float), expected[column], equal_nan=True)


def test_compare_shows_the_scores_that_are_asked_for() -> None:
    output = succeed(
        *("compare", "--baseline", "baseline", "--encoder", "better", "--languages", "ko"),
        *("--no-shape", "--score", "zero_shot_top5"),
    )
    assert "top-5" in output
    assert "recall" not in output
