"""What benchmarks in a browser share: a studio of their own, and how they count seconds."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter, sleep
from urllib.error import URLError
from urllib.request import urlopen

from tomclip.core.paths import project_directory


@contextmanager
def studio(cache: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Yields the address and the process of a studio with its own, empty cache."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", f"--server.port={port}"]
    process = subprocess.Popen(
        [*command, "--server.headless=true"],
        cwd=project_directory(),
        env={**os.environ, "TOMCLIP_CACHE": str(cache)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield f"http://127.0.0.1:{port}", process
    finally:
        process.terminate()
        process.wait()


def wait_for_server(address: str) -> None:
    """Returns once the server answers."""
    for _ in range(600):
        try:
            with urlopen(f"{address}/_stcore/health"):
                return
        except URLError:
            sleep(0.05)
    raise SystemExit("the studio did not start within 30 seconds")


def since(started: float) -> float:
    """Returns the seconds since `started`, without the quarter of a second that proves rest."""
    return round(perf_counter() - started - 0.25, 2)
