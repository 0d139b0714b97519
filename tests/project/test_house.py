"""The repository keeps its promises: sizes, one list of requirements, links that lead somewhere."""

from __future__ import annotations

import re
import subprocess
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from support.checkout import ROOT
from support.import_names import imported_packages

MEGABYTE = 1_000_000
# Imported late, and in an extra beside `all`.
OF_EXTRAS = {"accelerate", "pacmap", "py3langid", "tda"}
# By plotly, pandas and open_clip; our own code need not import them.
LOADED_BY_NAME = {"kaleido", "pyarrow", "timm", "torchvision"}


@cache
def tracked_files() -> tuple[Path, ...]:
    """Returns what git tracks or would add; skips the test outside a git checkout."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listing = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if listing.returncode:
        pytest.skip("not a git checkout")
    paths = (ROOT / name for name in listing.stdout.split("\0") if name)
    return tuple(path for path in paths if path.is_file())


def size_of(folder: Path) -> int:
    return sum(path.stat().st_size for path in tracked_files() if path.is_relative_to(folder))


def requirements() -> dict[str, Requirement]:
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    found = [Requirement(line) for line in lines if line and not line.startswith("#")]
    return {canonicalize_name(requirement.name): requirement for requirement in found}


def everything() -> dict[str, Requirement]:
    """Returns what `pip install 'tomclip[all]'` asks for, by name."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    waiting, found = [*project["dependencies"], "tomclip[all]"], {}
    while waiting:
        requirement = Requirement(waiting.pop())
        if requirement.name == "tomclip":
            waiting += [r for e in requirement.extras for r in project["optional-dependencies"][e]]
        else:
            found[canonicalize_name(requirement.name)] = requirement
    return found


def imported_distributions() -> set[str]:
    """Returns the distributions, as pip names them, that the app and the package import."""
    known = packages_distributions()
    files = [ROOT / "app.py", *(ROOT / "pages").glob("*.py"), *(ROOT / "tomclip").rglob("*.py")]
    names = set().union(*map(imported_packages, files)) - {"tomclip"}
    return {canonicalize_name(known.get(name, [name])[0]) for name in names}


def local_links() -> Iterator[tuple[Path, str]]:
    for path in tracked_files():
        if path.suffix == ".md":
            text = path.read_text(encoding="utf-8")
            for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text):
                if "://" not in target and not target.startswith("mailto:"):
                    yield path, target


def test_no_file_is_larger_than_25_megabytes() -> None:
    assert [path.name for path in tracked_files() if path.stat().st_size > 25 * MEGABYTE] == []


def test_the_assets_take_at_most_40_megabytes() -> None:
    assert size_of(ROOT / "assets") <= 40 * MEGABYTE


def test_the_whole_tree_takes_at_most_60_megabytes() -> None:
    assert size_of(ROOT) <= 60 * MEGABYTE


def test_the_core_and_the_extra_all_are_what_requirements_txt_lists() -> None:
    listed = {name: str(requirement) for name, requirement in requirements().items()}
    assert {name: str(requirement) for name, requirement in everything().items()} == listed


def test_every_requirement_is_a_range() -> None:
    for name, requirement in requirements().items():
        operators = {specifier.operator for specifier in requirement.specifier}
        assert operators == {">=", "<"}, name


def test_torch_and_torchvision_move_together() -> None:
    for name, pairs in (("torch", ("2.11.0", "2.14.1")), ("torchvision", ("0.26.0", "0.29.1"))):
        assert all(requirements()[name].specifier.contains(version) for version in pairs)


def test_the_requirements_are_what_the_code_imports() -> None:
    imported, required = imported_distributions() - OF_EXTRAS, set(requirements())
    assert imported <= required
    assert required - imported <= LOADED_BY_NAME


def test_every_local_link_in_the_documentation_leads_to_a_file() -> None:
    dead = [
        f"{path.relative_to(ROOT)}: {target}"
        for path, target in local_links()
        if not (path.parent / target).exists()
    ]
    assert dead == []


def test_no_line_is_kept_from_the_formatter() -> None:
    sign, sources = "fmt: " + "skip", [path for path in tracked_files() if path.suffix == ".py"]
    assert len(sources) > 500
    assert [path for path in sources if sign in path.read_text(encoding="utf-8")] == []
