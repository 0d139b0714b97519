"""What is in an installation: the light core alone, each extra named where it is missing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from support.checkout import ROOT

from tomclip.core import paths
from tomclip.core.extras import EXTRA_OF, MissingExtra, extras_named
from tomclip.core.lazy import lazy_names

LIGHT = ROOT / "tests" / "support" / "light_installation.py"
CLOUD = "np.random.default_rng(0).normal(size=(12, 3))"


def lightly(code: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Returns the end of a program that runs without what the extras bring."""
    return subprocess.run(
        [sys.executable, str(LIGHT), code],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    "code",
    [
        f"import tomclip as tc; tc.persistence_diagrams({CLOUD}, metric='euclidean')",
        f"import torch, tomclip as tc; p = torch.tensor({CLOUD}); tc.alignment_loss(p, p)",
        f"import tomclip as tc; tc.geometry.debiased_cka({CLOUD}, {CLOUD})",
        "import tomclip as tc; assert len(tc.load_emoji())",
        "import tomclip.encoders.stored.encoder",
        "from tomclip.cli import main; sys.argv = ['tomclip', '--help']; main()",
    ],
)
def test_the_light_core_works_without_any_extra(code: str, tmp_path: Path) -> None:
    finished = lightly(f"import sys, numpy as np; {code}", tmp_path)
    assert finished.returncode == 0, finished.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    ("code", "package", "extra"),
    [
        ("tc.train", "transformers", "train"),
        ("tc.load_text_encoder('tomclip')", "transformers", "train"),
        ("tc.figures.diagram_figure", "plotly", "studio"),
    ],
)
def test_a_missing_extra_is_named_in_one_sentence(
    code: str, package: str, extra: str, tmp_path: Path
) -> None:
    finished = lightly(f"import tomclip as tc; {code}", tmp_path)
    assert finished.stderr.splitlines()[-1].endswith(
        f"this needs {package}, which is not installed; run: pip install 'tomclip[{extra}]'"
    )


def test_a_package_of_no_extra_stays_the_bug_that_it_is() -> None:
    with pytest.raises(ModuleNotFoundError, match="no_such_package") as caught, extras_named():
        __import__("no_such_package")
    assert not isinstance(caught.value, MissingExtra)


def test_a_lazy_package_knows_its_names_and_refuses_others() -> None:
    load, names = lazy_names("tomclip", {"paths": "core.paths:PACKAGE", "core": ""})
    assert load("paths") == paths.PACKAGE
    assert load("core").__name__ == "tomclip.core"
    assert names() == ["core", "paths"]
    with pytest.raises(AttributeError, match="has no attribute 'other'"):
        load("other")


def test_the_top_offers_the_same_names_to_people_and_to_type_checkers() -> None:
    import tomclip

    assert sorted([*dir(tomclip), "__version__"]) == sorted(tomclip.__all__)
    assert all(getattr(tomclip, name) is not None for name in tomclip.__all__)
    assert tomclip.evaluate is tomclip.evaluation.evaluate


def test_importing_the_top_loads_nothing_heavy() -> None:
    heavy = {"numpy", "torch", "pandas", "rich", "typer", "pydantic", "platformdirs"}
    code = f"import sys, tomclip; assert not {heavy} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


def test_an_installed_package_reads_what_ships_in_it_and_writes_elsewhere(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    package, desk = tmp_path / "site-packages" / "tomclip", tmp_path / "desk"
    (package / "shipped").mkdir(parents=True)
    desk.mkdir()
    for name in ("TOMCLIP_RUNS", "TOMCLIP_CACHE", "TOMCLIP_DATA", "TOMCLIP_ASSETS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(paths, "PACKAGE", package)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(desk)
    assert paths.assets_directory() == package / "shipped" / "assets"
    assert paths.configs_directory() == package / "shipped" / "configs"
    assert paths.runs_directory() == desk / "runs"
    assert paths.working_directory() == desk
    for folder in (paths.cache_directory(), paths.data_directory()):
        assert not folder.is_relative_to(package)


def test_a_checkout_keeps_its_runs_beside_its_sources(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TOMCLIP_RUNS")
    assert paths.runs_directory() == ROOT / "runs"
    assert paths.assets_directory() == ROOT / "assets"


def test_every_package_of_an_extra_is_listed_in_it() -> None:
    import tomllib
    from importlib.metadata import packages_distributions

    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    known = packages_distributions()
    for package, extra in EXTRA_OF.items():
        listed = map(Requirement, project["optional-dependencies"][extra])
        names = {canonicalize_name(requirement.name) for requirement in listed}
        assert canonicalize_name(known.get(package, [package])[0]) in names, package
