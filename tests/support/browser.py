"""The studio served for a real browser, and what no page may show."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tomclip.core.paths import project_directory

PATIENCE = 180


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def wait_until_healthy(address: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"the studio does not answer at {address} (exit status {server.poll()})")


@contextmanager
def running_studio(
    assets: Path,
    folder: Path,
    program: Sequence[str] = ("-m", "streamlit"),
    more: Mapping[str, str] | None = None,
) -> Iterator[str]:
    """Yields the address of a studio on the tiny assets, started as a person starts it.

    Args:
        assets: What it shows.
        folder: Where its cache, its runs and its log go.
        program: What python is given in the place of streamlit.
        more: More variables of its environment.
    """
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    command = [sys.executable, *program, "run", "app.py", "--server.headless", "true"]
    environment = {
        **os.environ,
        "TOMCLIP_ASSETS": str(assets),
        "TOMCLIP_CACHE": str(folder / "cache"),
        "TOMCLIP_RUNS": str(folder / "runs"),
        **(more or {}),
    }
    with (
        (folder / "log.txt").open("wb") as log,
        subprocess.Popen(
            [*command, "--server.port", str(port)],
            cwd=project_directory(),
            env=environment,
            stdout=log,
            stderr=log,
        ) as server,
    ):
        try:
            wait_until_healthy(address, server)
            yield address
        finally:
            server.terminate()


def expect_no_complaint(page: Page) -> None:
    """Fails when the page shows a bug, an error sentence or a dialog."""
    for box in ("stException", "stAlertContentError", "stDialog"):
        assert page.get_by_test_id(box).count() == 0, page.get_by_test_id(box).first.inner_text()
    assert page.get_by_role("dialog").count() == 0
