"""What the commands evaluate on: the embedded emoji, or a benchmark on this machine."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from tomclip.cli.options import DataName, SubsetName, language_codes
from tomclip.cli.output import write_text
from tomclip.cli.terminal import Progress
from tomclip.core.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

    from tomclip.data import Benchmark
    from tomclip.evaluation import EvaluationReport

EMOJI, ENGLISH = "emoji", "en"


@dataclass(frozen=True)
class Evaluation:
    """The options that say what an encoder is evaluated on.

    Raises:
        InputError: when an option makes no sense for the data set.
    """

    data: DataName
    directory: Path | None
    subset: SubsetName
    languages: str | None
    rendering: str | None
    shape: bool

    def __post_init__(self) -> None:
        if self.data == EMOJI:
            refused = {"--directory": self.directory is not None}
        else:
            refused = {
                "--rendering": self.rendering is not None,
                "--subset": self.subset != "all",
            }
        for option, given in refused.items():
            if given:
                other = "the emoji" if self.data != EMOJI else "benchmarks"
                raise InputError(f"{option} is for {other}; leave it out with --data {self.data}")

    @cached_property
    def benchmark(self) -> Benchmark:
        """The benchmark's files, checked and read, in the languages that are needed.

        Raises:
            InputError: when a file is missing or cannot be read.
        """
        from tomclip.data import BENCHMARKS, load_benchmark

        wanted = language_codes(self.languages)
        if wanted is not None and self.shape and ENGLISH in BENCHMARKS[self.data].languages:
            wanted = (*wanted, ENGLISH)
        return load_benchmark(self.data, self.directory, languages=wanted)

    @property
    def labels(self) -> Sequence[str] | None:
        """The class of each picture, where the data set has classes of several pictures."""
        return None if self.data == EMOJI else getattr(self.benchmark, "picture_labels", None)

    def report(
        self, encoder: str, *, seed: int, cache: bool, on_progress: Progress
    ) -> EvaluationReport:
        """Returns the report of one encoder.

        Raises:
            EncoderUnavailable, InputError: as `evaluate_emoji` and `evaluate_benchmark`.
        """
        from tomclip.evaluation import REFERENCES, evaluate_benchmark, evaluate_emoji

        languages = language_codes(self.languages)
        if self.data != EMOJI:
            return evaluate_benchmark(
                encoder,
                self.benchmark,
                languages=languages,
                shape=self.shape,
                seed=seed,
                use_cache=cache,
                on_progress=on_progress,
            )
        return evaluate_emoji(
            encoder,
            languages=languages,
            subset=self.subset,
            rendering=self.rendering,
            references=REFERENCES if self.shape else (),
            seed=seed,
            use_cache=cache,
            on_progress=on_progress,
        )

    def differences(
        self, baseline: str, others: Sequence[str], on_progress: Progress
    ) -> pd.DataFrame:
        """Returns the table of `compare_reports`.

        Raises:
            EncoderUnavailable, InputError: as `report`.
        """
        from tomclip.evaluation import REFERENCES, compare_encoders, compare_on_benchmark

        languages = language_codes(self.languages)
        if self.data != EMOJI:
            return compare_on_benchmark(
                baseline,
                others,
                self.benchmark,
                languages=languages,
                shape=self.shape,
                on_progress=on_progress,
            )
        return compare_encoders(
            baseline,
            others,
            languages=languages,
            subset=self.subset,
            rendering=self.rendering,
            references=REFERENCES if self.shape else (),
            on_progress=on_progress,
        )


def write_clip_benchmark(
    path: Path, report: EvaluationReport, labels: Sequence[str] | None
) -> None:
    """Writes one JSON object a line, each a row of `clip_benchmark_rows`, whole or not at all.

    Raises:
        InputError: when the system refuses to write.
    """
    from tomclip.evaluation.clip_benchmark import clip_benchmark_rows

    rows = clip_benchmark_rows(report, labels)
    write_text(path, "".join(json.dumps(row) + "\n" for row in rows))
