"""A model hub on this machine that answers what huggingface_hub asks when it downloads."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

COMMIT = "d" * 40


@contextmanager
def local_hub(
    monkeypatch: pytest.MonkeyPatch, cache: Path, repositories: dict[str, Path]
) -> Iterator[list[str]]:
    """Serves the folders as repositories of one commit; yields "METHOD path" of every request.

    A name that begins with "datasets/" is a data set's.
    """
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self._answer()

        def do_GET(self) -> None:
            self._answer()

        def log_message(self, format: str, *arguments: object) -> None:
            """Keeps quiet."""

        def _answer(self) -> None:
            path = unquote(urlsplit(self.path).path).strip("/")
            asked.append(f"{self.command} {path}")
            content = _content(path, repositories)
            self.send_response(404 if content is None else 200)
            self.send_header("X-Repo-Commit", COMMIT)
            if content is None:
                self.send_header("X-Error-Code", _error_code(path, repositories))
            self.send_header("ETag", f'"{hashlib.sha1(content or b"").hexdigest()}"')
            self.send_header("Content-Length", str(len(content or b"")))
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(content or b"")

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    address = f"http://127.0.0.1:{server.server_port}"
    template = address + "/{repo_id}/resolve/{revision}/{filename}"
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", address)
    monkeypatch.setattr("huggingface_hub.constants.HUGGINGFACE_CO_URL_TEMPLATE", template)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(cache))
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", False)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _content(path: str, repositories: dict[str, Path]) -> bytes | None:
    """Returns the bytes of a file, of a revision's facts or of its list of files; None: no such."""
    for name, folder in repositories.items():
        api = f"api/{name}" if name.startswith("datasets/") else f"api/models/{name}"
        if "no-such-revision" in path:
            return None
        if path.startswith(f"{api}/revision/"):
            return json.dumps({"id": name, "sha": COMMIT, "siblings": []}).encode()
        if path.startswith(f"{api}/tree/"):
            return json.dumps(_files(folder)).encode()
        if path.startswith(f"{name}/resolve/"):
            file = folder / path.removeprefix(f"{name}/resolve/").partition("/")[2]
            return file.read_bytes() if file.is_file() else None
    return None


def _error_code(path: str, repositories: dict[str, Path]) -> str:
    if not any(name in path for name in repositories):
        return "GatedRepo" if "gated" in path else "RepoNotFound"
    return "RevisionNotFound" if "no-such-revision" in path else "EntryNotFound"


def _files(folder: Path) -> list[dict[str, object]]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return [
        {
            "type": "file",
            "path": file.relative_to(folder).as_posix(),
            "size": file.stat().st_size,
            "oid": hashlib.sha1(file.read_bytes()).hexdigest(),
        }
        for file in files
    ]
