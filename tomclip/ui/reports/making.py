"""Reports as work beside the page: evaluations first, then the file.

This module knows nothing of streamlit beyond the job board.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from concurrent.futures import wait
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tomclip.core.types import RunRecord
from tomclip.data.emoji import Subset
from tomclip.evaluation import TaskOptions
from tomclip.export.lines import task_name
from tomclip.export.report import Asked, ReportForm, comparison_file, require_form, run_file
from tomclip.ui.computing import cached
from tomclip.ui.computing.jobs import Job, Report
from tomclip.ui.computing.repeated import read_workspace
from tomclip.workspaces import PREFIX

if TYPE_CHECKING:
    from tomclip.evaluation import EvaluationReport

BOARD = "report files"
MIME_TYPES: Mapping[ReportForm, str] = {
    "html": "text/html",
    "pdf": "application/pdf",
    "ipynb": "application/x-ipynb+json",
}
EVALUATED = 0.8
"""Share of the work that the evaluations are."""
LONGEST_STEM = 80
POLL_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class ComparisonWish:
    """A report of the encoders that are compared, the baseline first.

    Attributes:
        encoders: names.
        subset: of the data set.
        data: what they are compared on.
    """

    encoders: tuple[str, ...]
    subset: Subset
    data: cached.DataKey = cached.EMOJI

    @property
    def stem(self) -> str:
        """How its file is named, without the ending."""
        about = self.data.name.removeprefix(PREFIX) if self.data.path else self.subset
        return _stem("report", *self.encoders, about)

    @property
    def asked(self) -> Asked:
        """What the encoders are asked, as the command and the notebook repeat it."""
        if self.data.path:
            return Asked(self.encoders, task_name(read_workspace(self.data)))
        return Asked(self.encoders, self.data.name, TaskOptions(subset=self.subset))

    def job(self, form: ReportForm, token: str) -> Job[bytes]:
        """Returns the file, begun when the token is new; its evaluations are those of the pages."""
        asked = self.asked
        jobs = [cached.report_job(name, self.subset, data=self.data) for name in self.encoders]

        def work(report: Report) -> bytes:
            require_form(form)
            reports = evaluated(jobs, report)
            report(EVALUATED, "comparing and drawing")
            return comparison_file(form, reports, asked, output=f"{self.stem}.{form}")

        title = f"Report of {len(self.encoders)} encoders"
        return cached.board(BOARD).start((self, form, token), title, work)


@dataclass(frozen=True, slots=True)
class RunWish:
    """A report of what a training run has recorded by now."""

    name: str
    path: Path

    @classmethod
    def of(cls, run: RunRecord) -> RunWish:
        """Returns the wish for a run's report."""
        return cls(run.name, run.path)

    @property
    def stem(self) -> str:
        """How its file is named, without the ending."""
        return _stem("report", self.path.name)

    def job(self, form: ReportForm, token: str) -> Job[bytes]:
        """Returns the file, begun when the token is new."""
        command = ("tomclip", "report", self.path.name, "--output", f"{self.stem}.{form}")

        def work(report: Report) -> bytes:
            report(0.1, "drawing")
            return run_file(form, self.path, command=shlex.join(command))

        return cached.board(BOARD).start((self, form, token), f"Report of {self.name}", work)


Wish = ComparisonWish | RunWish


def evaluated(jobs: Sequence[Job[EvaluationReport]], report: Report) -> list[EvaluationReport]:
    """Returns the results of the evaluations, telling how far they are.

    Raises:
        TomclipError: what ended one of them, also that a person stopped it.
    """
    for place, job in enumerate(jobs):
        while not job.done:
            share = EVALUATED * (place + job.fraction) / len(jobs)
            report(share, f"{job.title}, {job.message}")
            wait([job.future], timeout=POLL_SECONDS)
    return [job.result() for job in jobs]


def _stem(*parts: str) -> str:
    """Returns the parts as the beginning of a file's name, without what systems forbid in it."""
    return re.sub(r"[^\w.-]+", "-", "_".join(parts))[:LONGEST_STEM]
