"""What a comparison was asked for: enough to ask it again, as a command and as Python."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from tomclip.core.errors import InputError
from tomclip.evaluation.tasks.source import TaskOptions

PLAIN = TaskOptions()
READERS: Mapping[str, tuple[str, str]] = {
    "labels": ("tomclip.data.benchmarks.label_lists", "read_labels"),
    "prompts": ("tomclip.data.prompts", "read_prompts"),
}
"""Module and function that read an option from its file."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which encoders are compared on what.

    Attributes:
        encoders: names as commands take them, the baseline's first.
        data: name of a task, or a folder of data.
        options: what was chosen of it.
        files: where the names of classes ("labels") and the "prompts" of the options came from; a
            report says them and reads them again.
    """

    encoders: tuple[str, ...]
    data: str = "emoji"
    options: TaskOptions = PLAIN
    files: Mapping[str, Path] = field(default_factory=dict)

    def command(self, output: str | Path) -> str:
        """Returns the line for a shell that writes the report again, with every choice made."""
        baseline, *others = self.encoders
        named = [part for name in others for part in ("--encoder", name)]
        parts = ["tomclip", "report", "--baseline", baseline, *named, "--data", self.data]
        for name, value in self._chosen():
            parts += (
                ["--no-shape"] if name == "shape" else [f"--{name}", self._written(name, value)]
            )
        return shlex.join((*parts, "--output", str(output)))

    def file_rows(self) -> list[tuple[str, str]]:
        """Returns what came from a file of one's own, and the file with what was asked of it."""
        rows = []
        if (labels := self.options.labels) is not None:
            said = f"{self._file('labels')}: {len(labels):,} rows in {', '.join(labels.languages)}"
            rows.append(("names of classes", said))
        if (prompts := self.options.prompts) is not None:
            given = "; ".join(
                f"{code}: {', '.join(map(repr, prompts.own(code)))}" for code in prompts.languages
            )
            rows.append(("prompts", f"{self._file('prompts')}: {given}"))
        return rows

    def imports(self) -> list[str]:
        """Returns the lines that import what `task_line` needs beside `Path` and `TaskOptions`."""
        readers = [READERS[name] for name, _ in self._chosen() if name in READERS]
        return [f"from {module} import {reader}" for module, reader in readers]

    def task_line(self) -> str:
        """Returns the Python that loads the task by `tomclip.evaluation.load_task`."""
        chosen = ", ".join(f"{name}={self._python(name, value)}" for name, value in self._chosen())
        return f"load_task({self.data!r}, TaskOptions({chosen}))"

    def evaluate_line(self) -> str:
        """Returns the Python that evaluates the encoder `name` on `task`."""
        languages = self.options.languages
        settings = [] if languages is None else [f"languages={languages!r}"]
        settings += [] if self.options.shape else ["references=()"]
        return f"tc.evaluate({', '.join(['name', 'task', *settings])})"

    def _chosen(self) -> Iterator[tuple[str, Any]]:
        """Yields the options that are not what they are where nothing is chosen."""
        for one in fields(TaskOptions):
            value = getattr(self.options, one.name)
            if value != getattr(PLAIN, one.name):
                yield one.name, value

    def _file(self, name: str) -> Path:
        """Returns the file that an option was read from.

        Raises:
            InputError: when it was given without one.
        """
        if name not in self.files:
            raise InputError(
                f"{name} came without their file, so the report could not be made again; give "
                f"files={{{name!r}: Path(...)}}"
            )
        return self.files[name]

    def _written(self, name: str, value: Any) -> str:
        if name in READERS:
            return str(self._file(name))
        return ",".join(value) if isinstance(value, tuple) else str(value)

    def _python(self, name: str, value: Any) -> str:
        if name in READERS:
            return f"{READERS[name][1]}({_path(self._file(name))})"
        return _path(value) if isinstance(value, Path) else repr(value)


def _path(path: Path) -> str:
    return f"Path({str(path)!r})"
