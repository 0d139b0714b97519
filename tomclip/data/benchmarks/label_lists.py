"""Names of a benchmark's classes from a file of one's own, matched to its classes."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from tomclip.core.errors import InputError
from tomclip.core.reading.characters import searched
from tomclip.data.benchmarks.base import ClassificationBenchmark
from tomclip.data.language_columns import LanguageColumns, read_language_columns
from tomclip.data.pictures import first_of
from tomclip.data.prompts import Prompts

ENGLISH = "en"
_LOGGER = logging.getLogger(__name__)


def read_labels(path: Path, name: str = "") -> LanguageColumns:
    """Returns the class names of a .csv or .tsv file: a class per row, a language per column.

    Raises:
        InputError: as `read_language_columns`.
    """
    return read_language_columns(path, name)


def with_labels(
    benchmark: ClassificationBenchmark, labels: LanguageColumns
) -> ClassificationBenchmark:
    """Returns the benchmark with a file's names in place of its own.

    Rows are matched by the file's column of classes, or else by its English names: to the ids of
    the classes and to their English names in the benchmark, whatever the capitals, with spaces for
    "_" and "-". Where not all match and there is a row for every class, the order of the rows
    counts, unless a row that does match stands elsewhere than its class.

    Args:
        benchmark: its English names are used where it has them.
        labels: of `read_labels`.

    Raises:
        InputError: when rows match no class, two match the same one, or classes have no row.
    """
    rows = _rows_of_classes(benchmark, labels)
    names = {
        code: tuple(labels.texts(code)[row] for row in rows)
        for code in labels.languages
        if any(labels.texts(code))
    }
    for code, given in names.items():
        _tell_equal_names(labels.name, code, given)
    return replace(benchmark, class_names=names)


def with_prompts(benchmark: ClassificationBenchmark, prompts: Prompts) -> ClassificationBenchmark:
    """Returns the benchmark asked with one's own prompts, where a language has some.

    Raises:
        InputError: when prompts are in a language that names no classes.
    """
    prompts.require_languages(benchmark.languages, benchmark.name)
    return replace(benchmark, own_prompts=prompts)


def require_prompts(
    benchmark: ClassificationBenchmark, name: str, asked: Sequence[str] | None = None
) -> None:
    """Raises InputError when a language of the file `name` has no prompt, the paper's or an own.

    Args:
        benchmark: with the file's names.
        name: of the file.
        asked: the languages that will be asked; None is all.
    """
    codes = [code for code in benchmark.languages if asked is None or code in asked]
    lacking = [code for code in codes if not benchmark.prompts_of(code)]
    if lacking:
        raise InputError(
            f"{name} names classes in {', '.join(lacking)}, of which no prompt is known; give one "
            "for each by --prompts, or leave these columns out"
        )


def _rows_of_classes(benchmark: ClassificationBenchmark, labels: LanguageColumns) -> list[int]:
    """Returns the file's row of every class, in the order of the classes."""
    count = len(benchmark.class_ids)
    keys = labels.keys or (labels.texts(ENGLISH) if ENGLISH in labels.languages else ())
    if not keys:
        _require_count(benchmark, labels)
        return list(range(count))
    class_of = _classes_by_name(benchmark)
    found = [class_of.get(_plain(key)) for key in keys]
    places = Counter(place for place in found if place is not None)
    lost = [key for key, place in zip(keys, found, strict=True) if place is None]
    twice = [benchmark.class_ids[place] for place, times in places.items() if times > 1]
    if not lost and not twice and len(places) == count:
        row_of = {place: row for row, place in enumerate(found)}
        return [row_of[place] for place in range(count)]
    in_order = all(place in (None, row) for row, place in enumerate(found))
    if len(labels) == count and in_order and 2 * len(places) >= count:
        return list(range(count))
    raise _unmatched(benchmark, labels, lost, twice, places)


def _require_count(benchmark: ClassificationBenchmark, labels: LanguageColumns) -> None:
    if len(labels) != len(benchmark.class_ids):
        raise InputError(
            f"{labels.name} has {len(labels)} rows for the {len(benchmark.class_ids)} classes of "
            f"{benchmark.name} and neither English names nor a column 'class' to match them by; "
            "give one row per class, in order"
        )


def _unmatched(
    benchmark: ClassificationBenchmark,
    labels: LanguageColumns,
    lost: Sequence[str],
    twice: Sequence[str],
    places: Counter[int],
) -> InputError:
    """Returns what does not match, counted."""
    left = [one for place, one in enumerate(benchmark.class_ids) if place not in places]
    faults = [
        f"rows that match no class: {len(lost)} of {len(labels)} ({_first(lost)})" if lost else "",
        f"classes with several rows: {len(twice)} ({_first(twice)})" if twice else "",
        f"classes without a row: {len(left)} of {len(benchmark.class_ids)} ({_first(left)})"
        if left
        else "",
    ]
    return InputError(
        f"{labels.name} does not fit {benchmark.name}: {', '.join(filter(None, faults))}; write "
        "the classes as the benchmark does, in a column 'class' or in English"
    )


def _first(names: Sequence[str]) -> str:
    return first_of([name or "an empty cell" for name in names])


def _classes_by_name(benchmark: ClassificationBenchmark) -> dict[str, int]:
    """Returns the place of a class by its id, and by its English name where that is its alone."""
    english = benchmark.class_names.get(ENGLISH, ())
    counts = Counter(map(_plain, english))
    own = {_plain(name): place for place, name in enumerate(english) if counts[_plain(name)] == 1}
    return own | {_plain(one): place for place, one in enumerate(benchmark.class_ids)}


def _plain(name: str) -> str:
    return " ".join(searched(name).replace("_", " ").replace("-", " ").split())


def _tell_equal_names(file: str, code: str, names: Sequence[str]) -> None:
    twice = [name for name, count in Counter(filter(None, names)).items() if count > 1]
    if twice:
        _LOGGER.warning(
            "%s: in %s %d names stand for several classes each (%s); their pictures count as wrong",
            file,
            code,
            len(twice),
            first_of(twice),
        )
