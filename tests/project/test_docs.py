"""The documentation site: built without a warning, with every public name explained."""

from __future__ import annotations

import shutil
import subprocess
import sys
from functools import cache
from importlib import import_module
from pathlib import Path

import griffe
import pytest
from support.checkout import ROOT

PACKAGES = ("losses", "topology", "geometry")
MODULES = (*PACKAGES, "core.types")


@cache
def sources() -> griffe.Object | griffe.Alias:
    """Returns the package as its sources say it, nothing imported."""
    return griffe.load("tomclip", search_paths=[ROOT])


def public_names(module: str) -> list[str]:
    """Returns what the module exports, or without `__all__` the classes that it defines."""
    own = sources()[module]
    classes = [name for name, member in own.members.items() if _is_own_class(member)]
    return [str(name) for name in own.exports or classes]


def _is_own_class(member: griffe.Object | griffe.Alias) -> bool:
    return not member.is_alias and member.is_class


@pytest.mark.parametrize("module", MODULES)
def test_every_public_name_is_explained(module: str) -> None:
    names = public_names(module)
    assert names
    assert [name for name in names if not sources()[f"{module}.{name}"].has_docstring] == []


@pytest.mark.parametrize("module", PACKAGES)
def test_what_the_sources_export_is_what_the_package_has(module: str) -> None:
    assert sorted(public_names(module)) == sorted(import_module(f"tomclip.{module}").__all__)


@pytest.mark.slow
def test_the_site_is_built_without_a_warning_and_has_every_public_name(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "docs", tmp_path / "docs")
    settings = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    (tmp_path / "mkdocs.yml").write_text(settings.replace("paths: [.]", f"paths: ['{ROOT}']"))
    command = [str(Path(sys.executable).with_name("zensical")), "build", "--strict", "--clean"]
    built = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stdout + built.stderr
    for module in MODULES:
        page = (tmp_path / "site" / "api" / f"{module.split('.')[-1]}.html").read_text("utf-8")
        ids = [f'id="tomclip.{module}.{name}"' for name in public_names(module)]
        assert [id for id in ids if id not in page] == []
