"""What a comparison was asked for: enough to ask it again, as a command and as Python."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from tomclip.evaluation.tasks.source import TaskOptions

PLAIN = TaskOptions()


@dataclass(frozen=True, slots=True)
class Asked:
    """Which encoders are compared on what.

    Attributes:
        encoders: names as commands take them, the baseline's first.
        data: name of a task, or a folder of data.
        options: what was chosen of it.
    """

    encoders: tuple[str, ...]
    data: str = "emoji"
    options: TaskOptions = PLAIN

    def command(self, output: str | Path) -> str:
        """Returns the line for a shell that writes the report again, with every choice made."""
        baseline, *others = self.encoders
        named = [part for name in others for part in ("--encoder", name)]
        parts = ["tomclip", "report", "--baseline", baseline, *named, "--data", self.data]
        for name, value in self._chosen():
            parts += ["--no-shape"] if name == "shape" else [f"--{name}", _written(value)]
        return shlex.join((*parts, "--output", str(output)))

    def task_line(self) -> str:
        """Returns the Python that loads the task by `tomclip.evaluation.load_task`."""
        chosen = ", ".join(f"{name}={_python(value)}" for name, value in self._chosen())
        return f"load_task({self.data!r}, TaskOptions({chosen}))"

    def evaluate_line(self) -> str:
        """Returns the Python that evaluates the encoder `name` on `task`."""
        languages = self.options.languages
        settings = [] if languages is None else [f"languages={languages!r}"]
        settings += [] if self.options.shape else ["references=()"]
        return f"tc.evaluate({', '.join(['name', 'task', *settings])})"

    def _chosen(self) -> Iterator[tuple[str, Any]]:
        """Yields the options that are not what they are where nothing is chosen."""
        for field in fields(TaskOptions):
            value = getattr(self.options, field.name)
            if value != getattr(PLAIN, field.name):
                yield field.name, value


def _written(value: Any) -> str:
    return ",".join(value) if isinstance(value, tuple) else str(value)


def _python(value: Any) -> str:
    return f"Path({str(value)!r})" if isinstance(value, Path) else repr(value)
