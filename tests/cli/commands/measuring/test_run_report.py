"""The report of a training run: its verdict, curves, settings and commands."""

from __future__ import annotations

from pathlib import Path

from support.command_line import refuse, succeed
from support.html_page import Page
from support.recorded_runs import STEPS, recorded_run


def report_of(run: Path | str, target: Path) -> Page:
    assert str(target) in succeed("report", run, "--output", target)
    return Page(target.read_text(encoding="utf-8"))


def test_a_run_is_told_by_its_best_scores_and_its_curves(runs: Path, tmp_path: Path) -> None:
    path = recorded_run("<b>one</b>")
    page = report_of(path.name, tmp_path / "report.html")
    (verdict,) = page.texts["verdict"]
    assert verdict == (
        f"<b>one</b> is finished at step {STEPS} of {STEPS}: best zero-shot top-1 18.0 % at step "
        "8; best Wasserstein distance, H0 to the teacher's English 1.2000 at step 8."
    )
    assert page.tags.count("figure") == 2
    rows = next(iter(page.tables.values()))
    assert rows[1] == ["Zero-shot top-1", "18.0 %", "8", "18.0 %"]
    settings = dict(row[:2] for row in page.tables["Settings"][1:])
    assert settings["loss.h0_weight"] == "0.1"
    assert page.texts["code"][0].startswith(f"tomclip report {path.name} --output ")
    assert page.texts["code"][1] == f"tomclip train --config {path / 'config.yaml'}"
    assert "weights were changed while it trained" in page.texts["note"][0]
    assert all(address.startswith(("#", "data:")) for address in page.addresses)


def test_a_run_that_recorded_nothing_says_so(runs: Path, tmp_path: Path) -> None:
    path = recorded_run("new", probes=(), changed=False)
    page = report_of(path, tmp_path / "report.html")
    assert page.texts["verdict"][0].endswith("no score is recorded yet.")
    assert page.tags.count("figure") == 1
    assert "note" not in page.texts


def test_a_report_is_of_a_run_or_of_a_comparison(runs: Path, tmp_path: Path) -> None:
    path, target = recorded_run("one"), tmp_path / "report.html"
    both = refuse("report", path.name, "--baseline", "mclip", "--output", target)
    assert "or --baseline and --encoder, not both" in both
    assert "name a run" in refuse("report", "--encoder", "mclip", "--output", target)
    assert "no-such-run" in refuse("report", "no-such-run", "--output", target)
    assert not target.exists()
