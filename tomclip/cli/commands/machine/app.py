"""`tomclip app`: the studio in the browser."""

from __future__ import annotations

import subprocess
import sys
from typing import Annotated

import typer

from tomclip.core.errors import InputError
from tomclip.core.paths import project_directory, working_directory

CONTEXT_SETTINGS = {"allow_extra_args": True, "ignore_unknown_options": True}


def app(
    context: typer.Context,
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8501,
    headless: Annotated[
        bool | None, typer.Option(help="Whether no browser window opens; default: Streamlit's.")
    ] = None,
) -> None:
    """Start the studio. Further arguments go to `streamlit run`."""
    script = project_directory() / "app.py"
    if not script.is_file():
        raise InputError(
            f"{script} does not exist; install tomclip anew, or restore the checkout with git"
        )
    command = [sys.executable, "-m", "streamlit", "run", str(script), f"--server.port={port}"]
    if headless is not None:
        command.append(f"--server.headless={str(headless).lower()}")
    finished = subprocess.run([*command, *context.args], cwd=working_directory(), check=False)
    raise typer.Exit(finished.returncode)
