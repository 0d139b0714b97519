"""The paper's second figure from the command line."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.command_line import refuse, succeed

pytestmark = pytest.mark.usefixtures("doubles")
COMMAND = ("figure2", "--encoder", "baseline", "--encoder", "better", "--projection", "pca")


def test_it_writes_a_page_with_the_words_of_the_groups(tmp_path: Path) -> None:
    target = tmp_path / "figure.html"
    said = succeed(*COMMAND, "--languages", "en,ko", "--by", "category", "--output", target)
    assert "classes of" in said
    assert "in en, ko" in said
    page = target.read_text(encoding="utf-8")
    assert "Class labels by group" in page
    assert "Procrustes disparity" in page


def test_the_same_seed_gives_the_same_figure_and_another_one_another_sample(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = []
    monkeypatch.setattr(
        "tomclip.cli.commands.measuring.figure2._write", lambda chart, _: drawn.append(chart)
    )
    for number, seed in enumerate((1, 1, 2)):
        target = tmp_path / f"{number}.svg"
        options = ("--by", "category", "--per-group", "3", "--seed", str(seed))
        succeed(*COMMAND, *options, "--output", target)
    first, again, other = (chart.layout.meta["groups"] for chart in drawn)
    assert first == again
    assert first != other
    assert all(len(ids) <= 3 for ids in first.values())


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--languages", "en,en"), "each once"),
        (("--by", "class"), "has no groups"),
        (("--by", "colour"), "by is 'colour'"),
        (("--by", "category", "--group", "whales"), "no group 'whales'"),
    ],
)
def test_what_cannot_be_drawn_is_refused(
    options: tuple[str, ...], words: str, tmp_path: Path
) -> None:
    assert words in refuse(*COMMAND, *options, "--output", tmp_path / "x.html")
