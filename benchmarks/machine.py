"""Which machine and commit a benchmark ran on."""

from __future__ import annotations

import os
import platform
from pathlib import Path
from typing import Any

from tomclip.runs.directory import git_commit


def describe() -> dict[str, Any]:
    """Returns the fields that every benchmark's record ends with."""
    return {
        "machine": f"{processor()}, {os.cpu_count()} cores",
        "python": platform.python_version(),
        "commit": git_commit(),
    }


def processor() -> str:
    """Returns the processor's name."""
    information = Path("/proc/cpuinfo")
    if information.is_file():
        for line in information.read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()
