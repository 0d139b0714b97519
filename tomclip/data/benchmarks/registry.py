"""The published benchmarks by name: where each comes from, whether it is here, and its pictures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tomclip.core.errors import InputError
from tomclip.core.languages import code_or_tag, require_prompt
from tomclip.core.paths import data_directory, user_path
from tomclip.data.benchmarks.babel_imagenet import BABEL_IMAGENET
from tomclip.data.benchmarks.base import Benchmark
from tomclip.data.benchmarks.cifar100 import CIFAR100
from tomclip.data.benchmarks.crossmodal_3600 import CROSSMODAL_3600
from tomclip.data.benchmarks.info import BenchmarkCheck, BenchmarkInfo, Findings, State
from tomclip.data.benchmarks.xflickr_co import XFLICKR_CO
from tomclip.data.benchmarks.xtd10 import XTD10
from tomclip.data.pictures import first_of

BENCHMARKS: dict[str, BenchmarkInfo] = {
    info.name: info for info in (CIFAR100, XFLICKR_CO, XTD10, CROSSMODAL_3600, BABEL_IMAGENET)
}


def benchmark_info(name: str) -> BenchmarkInfo:
    """Returns what is known of a benchmark.

    Raises:
        InputError: when the name is unknown, listing the known ones.
    """
    if name not in BENCHMARKS:
        raise InputError(f"benchmark is {name!r}; use one of {', '.join(BENCHMARKS)}")
    return BENCHMARKS[name]


def benchmark_directory(name: str, directory: Path | None = None) -> Path:
    """Returns `directory`, or the benchmark's folder in the data directory. It may not exist."""
    return data_directory() / name if directory is None else user_path(directory)


def load_benchmark(
    name: str, directory: Path | None = None, *, languages: Sequence[str] | None = None
) -> Benchmark:
    """Returns a benchmark whole: every picture, and the names or captions in `languages`.

    Picture files are looked for now and opened when they are asked for.

    Args:
        name: one of `BENCHMARKS`.
        directory: its folder; default: its own in the data directory (`$TOMCLIP_DATA`).
        languages: codes; default: all that the release lists.

    Raises:
        InputError: when a file is missing, damaged or not the release's own, a picture is missing,
            a language is not in the release, or a class has no prompt in a language.
    """
    info = benchmark_info(name)
    folder = benchmark_directory(name, directory)
    wanted = _known_languages(info, languages)
    missing = info.reader.missing_files(folder, wanted)
    if missing:
        raise InputError(
            f"{info.title} is not whole in {folder}: {first_of(missing)} "
            f"{'is' if len(missing) == 1 else 'are'} missing; "
            f"'tomclip data show {name}' says where to get each file"
        )
    benchmark = info.reader.load(info, folder, wanted)
    if len(benchmark) != info.pictures:
        raise InputError(
            f"{info.title} has {info.pictures} pictures and {folder} holds {len(benchmark)}; "
            f"'tomclip data check {name}' says what is amiss"
        )
    return benchmark


def check_benchmark(
    name: str, directory: Path | None = None, *, open_pictures: bool = False
) -> BenchmarkCheck:
    """Returns everything that is missing or wrong in a benchmark's folder, and counts.

    Args:
        name: one of `BENCHMARKS`.
        directory: its folder; default: its own in the data directory.
        open_pictures: also decode every picture, which takes minutes for the large ones.

    Raises:
        InputError: when the name is unknown. What the folder lacks is returned and not raised.
    """
    info = benchmark_info(name)
    folder = benchmark_directory(name, directory)
    missing = info.reader.missing_files(folder, info.languages)
    if not folder.is_dir():
        return BenchmarkCheck(name, folder, missing, Findings())
    findings = info.reader.examine(info, folder, info.languages, open_pictures=open_pictures)
    return BenchmarkCheck(name, folder, missing, findings)


def benchmark_state(name: str, directory: Path | None = None) -> State:
    """Returns "absent", "incomplete" or "present" from the names of files alone, opening none.

    Raises:
        InputError: when the name is unknown.
    """
    info = benchmark_info(name)
    folder = benchmark_directory(name, directory)
    if not folder.is_dir() or not any(folder.iterdir()):
        return "absent"
    missing = info.reader.missing_files(folder, info.languages)
    return "incomplete" if missing else "present"


def _known_languages(info: BenchmarkInfo, languages: Sequence[str] | None) -> tuple[str, ...]:
    wanted = info.languages
    if languages is not None:
        wanted = tuple(dict.fromkeys(map(code_or_tag, languages)))
    for code in wanted:
        if info.kind == "classification":
            require_prompt(code)
        if code not in info.languages:
            raise InputError(
                f"{info.title} is not in {code!r}; use one of {', '.join(info.languages)}"
            )
    if not wanted:
        raise InputError(f"no language was given; use some of {', '.join(info.languages)}")
    return wanted
