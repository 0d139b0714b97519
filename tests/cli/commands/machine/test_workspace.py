"""`tomclip workspace`, and the commands that work on one."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from support.command_line import refuse, succeed, tomclip
from support.emoji_doubles import tiny_dataset
from typer.testing import CliRunner

from tomclip.cli.application import application
from tomclip.encoders.stored.files import read_vectors

pytestmark = pytest.mark.usefixtures("doubles", "runs")


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Returns the emoji's names in three languages as a table of one's own."""
    emoji = tiny_dataset()
    path = tmp_path / "names.csv"
    columns = {"key": emoji.concepts["id"]} | {code: emoji.names[code] for code in ("en", "ko")}
    pd.DataFrame(columns).to_csv(path, index=False)
    return path


def test_a_table_is_shown_confirmed_written_and_listed(table: Path, runs: Path) -> None:
    command = ["workspace", "create", str(table), "--name", "mine"]
    refused = CliRunner().invoke(application, command, input="n\n")
    assert refused.exit_code == 1
    assert "id of the item" in refused.output
    assert not (runs / "workspaces" / "mine").exists()
    made = CliRunner().invoke(application, command, input="y\n")
    assert made.exit_code == 0
    assert "--data workspace:mine" in made.output
    assert "mine" in succeed("workspace", "list")
    (facts,) = json.loads(succeed("workspace", "list", "--json"))
    assert facts["languages"] == {"en": len(tiny_dataset()), "ko": len(tiny_dataset())}
    shown = succeed("workspace", "show", "mine")
    assert "names.csv" in shown
    assert "data.captions: workspace:mine" in shown


def test_columns_are_corrected(table: Path) -> None:
    arguments = ("workspace", "create", table, "--name", "mine", "--yes")
    succeed(*arguments, "--column", "ko=text:ja", "--column", "key=label")
    shown = json.loads(succeed("workspace", "show", "mine", "--json"))
    assert set(shown["languages"]) == {"en", "ja"}
    assert "replace it (--replace)" in refuse(*arguments)
    succeed(*arguments, "--replace")
    assert "there is no column" in refuse(*arguments, "--replace", "--column", "none=item")


def test_a_workspace_is_renamed_and_removed_after_asking(table: Path) -> None:
    succeed("workspace", "create", table, "--name", "mine", "--yes")
    succeed("workspace", "rename", "mine", "yours")
    kept = CliRunner().invoke(application, ["workspace", "delete", "yours"], input="n\n")
    assert kept.exit_code == 1
    assert "yours" in succeed("workspace", "list")
    succeed("workspace", "delete", "yours", "--yes")
    assert "no workspaces in" in succeed("workspace", "list")
    assert json.loads(succeed("workspace", "list", "--json")) == []
    assert "there is no workspace 'yours'" in refuse("workspace", "show", "yours")


def test_the_template_is_written_once(tmp_path: Path) -> None:
    target = tmp_path / "t.csv"
    assert "fill it in" in succeed("workspace", "template", target, "--languages", "en,fr")
    assert target.read_text(encoding="utf-8").startswith("id,picture,label,en,fr\n")
    assert "exists" in refuse("workspace", "template", target)
    assert succeed("workspace", "template", "-").startswith("id,picture,label,en,de,ko,ja\n")


def test_the_measuring_commands_work_on_a_workspace(table: Path, tmp_path: Path) -> None:
    succeed("workspace", "create", table, "--name", "mine", "--yes")
    data = ("--data", "workspace:mine")
    report = json.loads(
        succeed("evaluate", "--encoder", "teacher", *data, "--no-shape", "--json", "-")
    )
    assert report["data"] == "workspace:mine"
    assert {score["name"] for score in report["scores"]} >= {"text_to_english_recall_at_1"}
    compared = succeed(
        "compare", "--baseline", "teacher", "--encoder", "baseline", *data, "--no-shape"
    )
    assert "recall@1" in compared
    vectors = tmp_path / "v.npz"
    succeed("embed", "--encoder", "teacher", *data, "--language", "ko", "--output", vectors)
    values = json.loads(
        succeed("diagrams", "--encoder", "teacher", *data, "--languages", "ko", "--json", "-")
    )
    assert values["data"] == "workspace:mine"
    assert set(values["diagrams"]) == {"ko"}
    loops = json.loads(succeed("loops", "--encoder", "teacher", *data, "--json", "-"))
    assert (loops["data"], loops["subset"]) == ("workspace:mine", "all")
    tests = json.loads(
        succeed(
            *("difference", "--encoder", "teacher", *data, "--languages", "ko", "--pairs", "4"),
            *("--json", "-"),
        )
    )
    assert {row["language"] for row in tests["tests"]} == {"ko"}


def test_embedded_texts_are_their_own_labels(table: Path, tmp_path: Path) -> None:
    succeed("workspace", "create", table, "--name", "mine", "--yes")
    data, target = ("--data", "workspace:mine"), tmp_path / "ko.npz"
    succeed("embed", "--encoder", "teacher", *data, "--language", "ko", "--output", target)
    (part,) = read_vectors(target)
    assert part.labels[:2] == ("ko 0", "ko 1")
    assert part.ids[:2] == ("id00", "id01")
    sentence = refuse(
        *("embed", "--encoder", "teacher", *data, "--language", "fr"),
        *("--output", target, "--force"),
    )
    assert "workspace:mine has en, ko" in sentence


def test_emojis_options_are_refused_of_a_workspace(table: Path) -> None:
    succeed("workspace", "create", table, "--name", "mine", "--yes")
    options = ("--data", "workspace:mine", "--subset", "seen")
    assert "--subset is for" in refuse("evaluate", "--encoder", "teacher", *options)


def test_an_unknown_name_lists_the_workspaces_too(table: Path) -> None:
    succeed("workspace", "create", table, "--name", "mine", "--yes")
    result = tomclip("evaluate", "--encoder", "teacher", "--data", "nothing")
    assert "workspace:mine" in result.output
