"""`tomclip doctor`: what this installation has, lacks, and whether its files are as shipped."""

from __future__ import annotations

import json
import os
import platform
import tempfile
import tomllib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from packaging.requirements import Requirement

from tomclip.cli.terminal import show_table
from tomclip.core.errors import AssetError
from tomclip.core.files.manifests import verify_directory
from tomclip.core.paths import assets_directory, cache_directory, project_directory, runs_directory

State = Literal["ok", "missing", "wrong"]
OPTIONAL_EXTRAS = ("train", "studio", "transport", "engines", "notebooks")


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at. A required one that is not "ok" makes the doctor fail."""

    group: str
    name: str
    state: State
    detail: str
    required: bool = True

    @property
    def passed(self) -> bool:
        """Whether the project can do its work as far as this check goes."""
        return self.state == "ok" or not self.required


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """Check packages, device, shipped files and folders; exit code 1 when something is amiss."""
    checks = examine()
    if as_json:
        typer.echo(json.dumps(summary(checks), indent=2, ensure_ascii=False))
    else:
        rows = [
            [c.group, c.name, c.state if c.required else f"{c.state} (optional)", c.detail]
            for c in checks
        ]
        show_table("tomclip doctor", ["what", "name", "state", "detail"], rows, numbers=False)
    raise typer.Exit(0 if all(check.passed for check in checks) else 1)


def examine() -> tuple[Check, ...]:
    """Returns every check: packages, device, assets, encoders, folders, browser, tasks."""
    return (
        *package_checks(),
        device_check(),
        *asset_checks(),
        *encoder_checks(),
        folder_check("cache", cache_directory()),
        folder_check("runs", runs_directory()),
        browser_check(),
        *task_checks(),
    )


def summary(checks: tuple[Check, ...]) -> dict[str, Any]:
    """Returns plain JSON values: the machine, whether all is well, and every check."""
    return {
        "python": platform.python_version(),
        "system": platform.platform(),
        "cpus": os.cpu_count(),
        "passed": all(check.passed for check in checks),
        "checks": [asdict(check) for check in checks],
    }


def package_checks() -> Iterator[Check]:
    """Yields one check per required package, then one per optional package of the extras."""
    for requirement in _required():
        yield _package_check(requirement, required=True)
    for requirement in _optional():
        yield _package_check(requirement, required=False)


def asset_checks() -> Iterator[Check]:
    """Yields one check per shipped folder: data, tokenizer, teacher, students and snapshots."""
    emoji = assets_directory() / "emoji"
    students = sorted(path for path in (emoji / "students").glob("*") if path.is_dir())
    shared = (emoji, assets_directory() / "icons", emoji / "tokenizer", emoji / "teacher")
    snapshots = sorted((emoji / "students").glob("*/snapshots"))
    for directory in (*shared, *(students or [emoji / "students"]), *snapshots):
        yield _asset_check(directory)


def encoder_checks() -> Iterator[Check]:
    """Yields one check per text encoder that a package brings: which copy answers, if any.

    After them comes every encoder that stands on what is not on this machine.
    """
    from tomclip.encoders import encoder_catalogue
    from tomclip.encoders.packaged.origins import packaged_origin, verify_package
    from tomclip.encoders.packaged.records import INSTALL, PACKAGED

    for name in PACKAGED:
        origin = packaged_origin(name)
        if origin is None:
            yield Check("encoder", name, "missing", INSTALL, False)
            continue
        try:
            verify_package(origin)
        except AssetError as error:
            yield Check("encoder", name, "wrong", str(error), False)
        else:
            yield Check("encoder", name, "ok", origin.words, False)
    for info in encoder_catalogue():
        if info.lacking:
            yield Check("encoder", info.name, "missing", info.lacking, False)


def folder_check(name: str, directory: Path) -> Check:
    """Returns whether files can be written in `directory`, which is created when it is missing."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=directory):
            return Check("folder", name, "ok", str(directory))
    except OSError as error:
        return Check("folder", name, "wrong", f"{directory} cannot be written: {error.strerror}")


def browser_check() -> Check:
    """Returns whether a browser is there for PNG, SVG and PDF exports; HTML and CSV need none."""
    try:
        from tomclip.export import browser_available
    except ModuleNotFoundError:
        detail = "figures and their exports need: pip install 'tomclip[studio]'"
        return Check("browser", "Chrome or Chromium", "missing", detail, False)
    if browser_available():
        return Check("browser", "Chrome or Chromium", "ok", "PNG, SVG and PDF exports work", False)
    detail = "run 'plotly_get_chrome', or install Chromium, for PNG, SVG and PDF exports"
    return Check("browser", "Chrome or Chromium", "missing", detail, False)


def task_checks() -> Iterator[Check]:
    """Yields one check per task that an installed package brings, and that is not offered."""
    from tomclip.evaluation.tasks.registry import passed_over

    for name, reason in passed_over().items():
        yield Check("task", name, "wrong", reason, False)


def device_check() -> Check:
    """Returns the device that encoders and training use: a CUDA card, or the CPU's threads."""
    from tomclip.encoders import describe_device

    return Check("device", "torch", "ok", describe_device())


def _required() -> list[Requirement]:
    path = project_directory() / "requirements.txt"
    if not path.is_file():
        return [r for r in _distribution_requirements() if r.marker is None]
    lines = (line.partition("#")[0].strip() for line in path.read_text("utf-8").splitlines())
    return [Requirement(line) for line in lines if line]


def _optional() -> list[Requirement]:
    path = project_directory() / "pyproject.toml"
    if not path.is_file():
        return [r for r in _distribution_requirements() if _is_of_an_extra(r)]
    extras = tomllib.loads(path.read_text("utf-8"))["project"]["optional-dependencies"]
    named = (Requirement(text) for name in OPTIONAL_EXTRAS for text in extras.get(name, ()))
    known = {requirement.name for requirement in _required()} | {"tomclip"}
    return [requirement for requirement in named if requirement.name not in known]


def _is_of_an_extra(requirement: Requirement) -> bool:
    if requirement.name == "tomclip" or requirement.marker is None:
        return False
    return any(requirement.marker.evaluate({"extra": name}) for name in OPTIONAL_EXTRAS)


def _distribution_requirements() -> list[Requirement]:
    return [Requirement(text) for text in metadata.requires("tomclip") or ()]


def _package_check(requirement: Requirement, *, required: bool) -> Check:
    try:
        version = metadata.version(requirement.name)
    except metadata.PackageNotFoundError:
        detail = f"pip install '{requirement}'"
        return Check("package", requirement.name, "missing", detail, required)
    if not requirement.specifier.contains(version, prereleases=True):
        detail = f"{version} is installed, {requirement.specifier} is needed"
        return Check("package", requirement.name, "wrong", detail, required)
    return Check("package", requirement.name, "ok", version, required)


def _asset_check(directory: Path) -> Check:
    name = str(directory.relative_to(assets_directory()))
    if not directory.is_dir():
        return Check("asset", name, "missing", f"{directory} does not exist")
    try:
        files = verify_directory(directory)["files"]
    except AssetError as error:
        return Check("asset", name, "wrong", str(error))
    size = sum(entry["bytes"] for entry in files.values()) / 1e6
    return Check("asset", name, "ok", f"{len(files)} files, {size:.1f} MB, checksums hold")
