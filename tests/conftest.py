"""What every test has: a cache and a runs folder of its own, no network, one thread."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from support.fake_worker import end_workers, put_in_place

# Read when torch, numba and the tokenizers are imported, which no import above does.
for _name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ.setdefault(_name, "1")
os.environ |= {
    "HF_HUB_OFFLINE": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "JUPYTER_PLATFORM_DIRS": "1",
    "TOMCLIP_PACKAGED": "off",  # whether a package is installed changes no other test
}

settings.register_profile("repeatable", deadline=None, derandomize=True, database=None)
settings.register_profile("explore", deadline=None, max_examples=1000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))


@pytest.fixture(scope="session", autouse=True)
def own_folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Sends cache, runs and benchmarks to temporary folders; all test processes share the cache."""
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TOMCLIP_CACHE", str(shared / "tomclip-cache"))
        patch.setenv("TOMCLIP_RUNS", str(own / "tomclip-runs"))
        patch.setenv("TOMCLIP_DATA", str(own / "tomclip-data"))
        yield


@pytest.fixture(scope="session", autouse=True)
def no_network() -> Iterator[None]:
    """Refuses every connection that leaves this machine: the tests download nothing."""
    connect = socket.socket.connect

    def connect_locally(self: socket.socket, address: Any) -> None:
        if isinstance(address, tuple) and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise OSError(
                f"a test opened a connection to {address[0]}; tests use this machine only"
            )
        connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", connect_locally)
        yield


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Yields this test's folder of runs, not there yet; no worker in it outlives the test."""
    monkeypatch.setenv("TOMCLIP_RUNS", str(tmp_path / "runs"))
    yield tmp_path / "runs"
    if (tmp_path / "runs").exists():
        end_workers(tmp_path / "runs")


@pytest.fixture
def fake_workers(runs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Gives the runs of this test workers that train nothing."""
    put_in_place(monkeypatch)


@pytest.fixture(scope="session")
def chromium() -> Path:
    """Returns the browser on this machine; without one the test is skipped, or fails in CI."""
    names = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        reason = "no Chromium or Chrome on the path; install Debian's package 'chromium'"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
    return Path(found)
