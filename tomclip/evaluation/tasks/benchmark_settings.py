"""What an evaluation on a benchmark may be asked, and in which languages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from tomclip.core.errors import InputError
from tomclip.core.types import Metric
from tomclip.data import Benchmark, ClassificationBenchmark
from tomclip.data import language as known_language
from tomclip.evaluation.metrics.ranking import DEFAULT_KS

ENGLISH = "en"


@dataclass(frozen=True, slots=True)
class BenchmarkSettings:
    """Every choice that the scores depend on, beside the encoder and the data.

    `references` is ("english",) where the shape of every language is compared with the encoder's
    own English, and empty where it is not.
    """

    languages: tuple[str, ...]
    ks: tuple[int, ...] = DEFAULT_KS
    references: tuple[str, ...] = ("english",)
    metric: Metric = "cosine"
    max_points: int = 300
    seed: int = 0

    def as_dict(self) -> dict[str, Any]:
        """Returns plain JSON values."""
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in asdict(self).items()
        }


def asked_languages(benchmark: Benchmark, languages: Sequence[str] | None) -> tuple[str, ...]:
    """Returns the languages to evaluate; by default all that the benchmark can be asked in.

    Those are the languages with captions, or with class names and an image prompt.

    Raises:
        InputError: when a language is not the benchmark's, comes twice, or there is none.
    """
    if languages is None:
        classes = isinstance(benchmark, ClassificationBenchmark)
        return tuple(
            code for code in benchmark.languages if not classes or known_language(code).prompt
        )
    if not languages or len(set(languages)) != len(languages):
        raise InputError(f"languages are {tuple(languages)}; name at least one, and each only once")
    if unknown := [code for code in languages if code not in benchmark.languages]:
        raise InputError(
            f"language is {unknown[0]!r}; {benchmark.name} has {', '.join(benchmark.languages)}"
        )
    return tuple(languages)
