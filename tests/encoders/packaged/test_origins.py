"""Which copy of a packaged encoder answers, and when its package is looked at again."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tomclip.encoders.packaged import origins
from tomclip.encoders.packaged.origins import packaged_origin
from tomclip.encoders.packaged.records import PackagedEncoder, PackagedFile

MADE = PackagedEncoder(
    name="made",
    title="Made",
    package="made-package",
    version="1.0",
    files=(PackagedFile("made/weights.bin", ""),),
    original="",
    dimension=2,
    languages=("en",),
    licence="MIT",
    source="",
    copy="",
)


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Returns a folder of installed packages, empty and on the path."""
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    monkeypatch.setitem(origins.PACKAGED, MADE.name, MADE)
    monkeypatch.delenv(origins.SWITCH, raising=False)
    return tmp_path


def install(site: Path, version: str) -> None:
    """Puts that version of the package in the place of another."""
    described = site / "made_package.dist-info"
    described.mkdir(exist_ok=True)
    text = f"Metadata-Version: 2.1\nName: made-package\nVersion: {version}\n"
    (described / "METADATA").write_text(text)
    (site / "made").mkdir(exist_ok=True)
    (site / "made" / "weights.bin").write_bytes(b"weights of " + version.encode())


def version_here() -> str:
    origin = packaged_origin(MADE.name)
    return "none" if origin is None else origin.version


def test_another_version_is_seen_at_once(site: Path) -> None:
    assert version_here() == "none"
    install(site, "1.0")
    assert version_here() == "1.0"
    install(site, "1.10.2")
    assert version_here() == "1.10.2"
    (site / "made" / "weights.bin").unlink()
    assert version_here() == "none"


def test_metadata_is_parsed_once_while_the_files_stay(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(site, "2.0")
    parsed: list[str] = []
    real = origins.distribution

    class Counted:
        def __init__(self, package: str) -> None:
            self.package = package
            self.locate_file = real(package).locate_file

        @property
        def version(self) -> str:
            parsed.append(self.package)
            return real(self.package).version

    monkeypatch.setattr(origins, "distribution", Counted)
    assert [version_here() for _ in range(3)] == ["2.0"] * 3
    assert parsed == ["made-package"]
