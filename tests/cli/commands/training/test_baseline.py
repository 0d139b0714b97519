"""`tomclip baseline`: fitting, listing, removing; what cannot be is one sentence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.command_line import refuse, succeed
from support.tiny_assets import write_assets
from support.tiny_captions import many_rows, write_csv

from tomclip.encoders import load_text_encoder


@pytest.fixture(scope="module")
def tiny_assets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_assets(tmp_path_factory.mktemp("baseline-assets"))


@pytest.fixture(autouse=True)
def machine(tiny_assets: Path, runs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOMCLIP_ASSETS", str(tiny_assets))
    monkeypatch.setenv("COLUMNS", "200")


FEW = ("--languages", "en,ko")


def test_a_ridge_is_fitted_listed_evaluated_and_removed() -> None:
    printed = succeed("baseline", "ridge", "--from", "mclip", *FEW, "--share", 0.5, "--name", "few")
    assert printed.startswith("baseline:few: Closed form from mclip to emoji-teacher, ")
    assert "captions in 2 languages, strength" in printed
    assert "baseline:few" in succeed("baseline", "list")
    (listed,) = json.loads(succeed("baseline", "list", "--json"))
    assert (listed["encoder"], listed["facts"]["data"]["share"]) == ("baseline:few", 0.5)
    scores = succeed("evaluate", "--encoder", "baseline:few", "--no-shape", "--languages", "ko")
    assert "baseline:few" in scores
    assert succeed("baseline", "remove", "few") == "few: removed\n"
    assert succeed("baseline", "list").startswith("no baselines; fit one with")


def test_the_others_are_fitted_and_told_as_json() -> None:
    made = json.loads(succeed("baseline", "procrustes", "--from", "mclip", *FEW, "--json", "-"))
    assert (made["kind"], made["encoder"]) == ("procrustes", "baseline:procrustes-mclip-en-ko")
    succeed("baseline", "centring", "--from", "mclip", *FEW, "--all-concepts")
    name = "baseline:centring-mclip-en-ko-all-concepts"
    assert load_text_encoder(name).embed_texts(["fox"]).vectors.shape == (1, 24)
    anchored = succeed(
        "baseline", "ridge", "--from", name, *FEW, "--anchor", "emoji", "--strength", 0.1
    )
    assert "English captions beside them, strength 0.1" in anchored


def test_captions_that_the_pairs_leave_are_an_anchor_and_targets_can_be_named(
    tmp_path: Path,
) -> None:
    file = write_csv(tmp_path / "captions.csv", many_rows(40))
    table = ("--captions", file, "--pairs", 16, "--validation-pairs", 8)
    targets = tmp_path / "targets"
    succeed("targets", *table[:2], "--teacher", "emoji-teacher", "--output", targets)
    options = ("--from", "mclip", *table, "--anchor", "rest", "--targets", targets, "--json", "-")
    for kind in ("ridge", "procrustes"):
        made = json.loads(succeed("baseline", kind, *options))
        assert made["facts"]["anchor"]["count"] == 16
        assert made["facts"]["anchor"]["left_out"] == 8
        assert made["encoder"].endswith("-english-of-the-rest")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("ridge", "--from", "gpt"), "there is no encoder 'gpt'"),
        (("ridge", "--from", "mclip", "--share", 0.01), "use at least"),
        (("ridge", "--from", "mclip", "--share", 2), "data.share: use a number"),
        (("ridge", "--from", "mclip", "--languages", "en,fi"), "use each at most once, from"),
        (("ridge", "--from", "mclip", "--pairs", 10), "source 'emoji' does not read"),
        (("ridge", "--from", "mclip", *FEW, "--strength", 0), "strength is 0.0"),
        (("ridge", "--from", "mclip", *FEW, "--anchor", "none.txt"), "none.txt"),
        (("ridge", "--from", "mclip", *FEW, "--anchor-weight", 0.5), "without an anchor"),
        (("centring", "--from", "mclip", "--captions", "none.csv"), "no caption file 'none.csv'"),
        (("remove", "nothing"), "there is no baseline 'baseline:nothing'"),
    ],
)
def test_what_cannot_be_is_one_sentence(arguments: tuple[object, ...], words: str) -> None:
    assert words in refuse("baseline", *arguments)


def test_a_taken_name_wants_force() -> None:
    command = ("baseline", "ridge", "--from", "mclip", *FEW, "--name", "few")
    succeed(*command)
    assert "'baseline:few' exists; choose another name" in refuse(*command)
    succeed(*command, "--force")
