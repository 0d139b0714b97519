"""Builds the wheel, installs it apart from the checkout, and uses it from an empty folder.

    python scripts/check_wheel.py [--keep FOLDER]

The environment is fresh but for the dependencies, which are those of the Python that runs this: the
check costs no download. What it does: `tomclip doctor`, two steps of training by a shipped
configuration's name, one page, and the studio's server. Nothing may be written beside the package.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import subprocess
import sys
import sysconfig
import tempfile
import time
import urllib.request
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 900
PAGE = """
from streamlit.testing.v1 import AppTest
from tomclip.core.paths import project_directory

studio = AppTest.from_file(project_directory() / "app.py", default_timeout=900).run()
studio.switch_page("pages/7_runs.py").run()
assert not studio.exception, studio.exception
assert not studio.error, studio.error
print(studio.title[0].value)
"""
EMOJI = """
import tomclip as tc

print(len(tc.load_emoji()))
"""


def build_wheel(folder: Path) -> Path:
    """Returns the wheel of the checkout, built in `folder`."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True)
    (wheel,) = folder.glob("*.whl")
    return wheel


def install(wheel: Path, environment: Path) -> Path:
    """Returns the Python of a new environment that has the wheel, and this Python's packages."""
    venv.create(environment, with_pip=False)
    python = environment / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install"]
    subprocess.run([*pip, "--quiet", "--no-deps", "--no-index", str(wheel)], check=True)
    # A plain folder on the path: .pth files in it, such as an editable install's, are not read.
    (installed(python) / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    return python


def installed(python: Path) -> Path:
    """Returns the folder that the environment's packages lie in."""
    (folder,) = python.parent.parent.glob("lib/python*/site-packages")
    return folder


class Stranger:
    """Somebody who has the package, a home and an empty folder, and nothing else."""

    def __init__(self, python: Path, folder: Path) -> None:
        self.python, self.desk = python, folder / "desk"
        self.desk.mkdir()
        (folder / "home").mkdir()
        own = ("TOMCLIP_", "PYTHON", "XDG_", "VIRTUAL_ENV")
        kept = {key: value for key, value in os.environ.items() if not key.startswith(own)}
        self.environment = {**kept, "HOME": str(folder / "home"), "HF_HUB_OFFLINE": "1"}

    def run(self, *arguments: str) -> str:
        """Returns what the program printed; raises when it fails."""
        finished = subprocess.run(
            [str(self.python), *arguments],
            cwd=self.desk,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )
        if finished.returncode:
            raise SystemExit(f"{arguments} failed:\n{finished.stdout}\n{finished.stderr}")
        return finished.stdout

    def tomclip(self, *arguments: str) -> str:
        """Returns what the command printed."""
        return self.run(str(self.python.parent / "tomclip"), *arguments)

    def serve(self) -> str:
        """Returns what the studio's server says of its health."""
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            port = listener.getsockname()[1]
        command = [str(self.python.parent / "tomclip"), "app", "--headless", "--port", str(port)]
        with subprocess.Popen(
            command,
            cwd=self.desk,
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        ) as server:
            try:
                return health(f"http://127.0.0.1:{port}/_stcore/health", server)
            finally:
                os.killpg(server.pid, 15)


def health(address: str, server: subprocess.Popen[bytes]) -> str:
    """Returns the server's answer, once it gives one."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                return answer.read().decode()
        except OSError:
            time.sleep(0.3)
    raise SystemExit(f"the studio does not answer (exit status {server.poll()})")


def holdings(folder: Path) -> set[Path]:
    """Returns the files in a folder, without what Python and numba compiled into __pycache__."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path for path in files if path.parent.name != "__pycache__"}


def check(folder: Path) -> None:
    """Does everything in `folder`."""
    wheel = build_wheel(folder)
    print(f"{wheel.name}: {wheel.stat().st_size / 1e6:.1f} MB", flush=True)
    python = install(wheel, folder / "environment")
    before, stranger = holdings(installed(python)), Stranger(python, folder)

    place = stranger.run("-c", "import tomclip; print(tomclip.__file__)").strip()
    assert place.startswith(str(folder)), f"the package in use is {place}"
    print("emoji:", stranger.run("-c", EMOJI).strip(), flush=True)
    assert json.loads(stranger.tomclip("doctor", "--json"))["passed"]
    print("doctor: sound", flush=True)
    steps = ("optimiser.steps=2", "optimiser.warmup_steps=0", "validation.every_steps=2")
    changes = [
        part
        for step in (*steps, "device=cpu", "data.languages=[en, ko]")
        for part in ("--set", step)
    ]
    stranger.tomclip("train", "--config", "emoji_small", *changes)
    (run,) = (stranger.desk / "runs").glob("*/status.json")
    assert json.loads(run.read_text())["state"] == "finished"
    print("train: finished,", run.parent.relative_to(stranger.desk), flush=True)
    print("page:", stranger.run("-c", PAGE).strip(), flush=True)
    print("server:", stranger.serve(), flush=True)
    written = holdings(installed(python)) - before
    assert not written, f"written beside the package: {sorted(map(str, written))}"


def main() -> None:
    """Checks in a temporary folder, or in one that is kept."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--keep", type=Path, help="an empty folder for everything")
    keep = parser.parse_args().keep
    if keep:
        keep.mkdir(parents=True, exist_ok=True)
        return check(keep.resolve())
    with tempfile.TemporaryDirectory(prefix="wheel-") as folder:
        check(Path(folder).resolve())


if __name__ == "__main__":
    main()
