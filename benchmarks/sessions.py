"""How long a page takes when many people browse one studio, and whether each sees its own.

Starts a studio of its own. One visitor opens every view of every route until nothing is computed
any more and notes the figures of each. Then all visitors walk their routes at once, each with an
encoder and languages of its own, and read for some seconds between pages. A page's time is that of
the server: from the request to the last message of the run that answers it; the visitors speak
Streamlit's protocol and draw nothing, because twenty browsers would measure themselves. A figure
that is not the one noted for that view counts as another's. `--route` takes some pages only.

    python benchmarks/sessions.py
    python benchmarks/sessions.py --visitors 50 --reading 2
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import random
import statistics
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import cycle, islice, product
from pathlib import Path
from time import perf_counter
from typing import Any
from urllib.parse import urlencode

import psutil
from shared.machine import describe
from shared.own_studio import studio, wait_for_server
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

ENCODERS = ("mclip", "tomclip_exact", "tomclip")
LANGUAGES = ("ko", "ja", "de", "fr", "es", "ru", "zh", "vi")
ROUTE = ("overview", "embeddings", "diagram", "barcode", "compare", "zero_shot")
REST_SECONDS = 0.4
MOST_OPENINGS = 200
SEED = 0

View = tuple[str, tuple[tuple[str, str], ...]]
"""A page's address and its parameters."""


def views_of(encoder: str, language: str, route: Sequence[str]) -> list[View]:
    """Returns the views that a visitor with this encoder and language opens."""
    own = {"encoder": encoder, "languages": f"en,{language}"}
    every: dict[str, tuple[str, dict[str, str]]] = {
        "overview": ("", {}),
        "embeddings": ("embeddings", {**own, "method": "pca"}),
        "diagram": ("topology", {**own, "view": "diagram"}),
        "barcode": ("topology", {"encoder": encoder, "view": "barcode", "language": language}),
        "compare": ("compare", {"comparison": "diagrams", "language": language}),
        "zero_shot": ("zero_shot", {"task": "accuracy"}),
    }
    return [(path, tuple(parameters.items())) for path, parameters in map(every.get, route)]  # type: ignore[misc]


@dataclass
class Opened:
    """What a visitor was sent for one view: seconds, messages and the figures' digests."""

    seconds: float = 0.0
    size: int = 0
    figures: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    busy: bool = False


class Visitor:
    """One session of the studio, spoken to as the browser does."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket

    async def open(self, view: View) -> Opened:
        """Asks for a view by its address and takes all that the run sends."""
        path, parameters = view
        request = BackMsg()
        request.rerun_script.page_name = path
        request.rerun_script.query_string = urlencode(parameters)
        opened, started = Opened(), perf_counter()
        await self._socket.send(request.SerializeToString())
        begun = False
        while True:
            message = await self._take(opened)
            begun = begun or message.WhichOneof("type") == "new_session"
            if begun and message.WhichOneof("type") == "script_finished":
                opened.seconds = perf_counter() - started
                return opened

    async def _take(self, opened: Opened) -> ForwardMsg:
        content = await self._socket.recv()
        assert isinstance(content, bytes)
        message = ForwardMsg.FromString(content)
        opened.size += len(content)
        kind = message.WhichOneof("type")
        if kind == "delta":
            _note(message.delta.new_element, opened)
        elif kind in ("page_not_found", "auth_redirect"):
            opened.faults.append(kind)
        elif kind == "auto_rerun":
            opened.busy = True
        return message


def _note(element: Any, opened: Opened) -> None:
    kind = element.WhichOneof("type")
    if kind == "plotly_chart":
        spec = element.plotly_chart.spec
        opened.figures.append(hashlib.sha256(spec.encode()).hexdigest()[:16])
    elif kind == "exception":
        opened.faults.append(element.exception.message)
    elif kind == "progress":
        opened.busy = True


def visitor_at(address: str) -> connect:
    """Returns the connection of one visitor, to be entered."""
    return connect(
        f"{address.replace('http', 'ws', 1)}/_stcore/stream",
        subprotocols=["streamlit"],  # type: ignore[list-item]
        max_size=None,
    )


async def prepare(address: str, views: Sequence[View]) -> dict[View, list[str]]:
    """Opens every view until nothing is under way, and returns its figures' digests."""
    found: dict[View, list[str]] = {}
    for view in views:
        for _ in range(MOST_OPENINGS):
            async with visitor_at(address) as socket:
                opened = await Visitor(socket).open(view)
            if opened.faults:
                raise SystemExit(f"{view} failed: {opened.faults[0]}")
            if not opened.busy and found.get(view) == opened.figures:
                break
            found[view] = opened.figures
            await asyncio.sleep(REST_SECONDS)
        else:
            raise SystemExit(f"{view} did not come to rest")
    return found


async def walk(
    address: str, views: Sequence[View], reading: float, seed: int
) -> list[tuple[View, Opened]]:
    """Opens the views of one visitor in turn, with `reading` seconds between them on average."""
    choose = random.Random(seed)
    opened = []
    async with visitor_at(address) as socket:
        visitor = Visitor(socket)
        for view in views:
            await asyncio.sleep(choose.uniform(0, 2 * reading))
            opened.append((view, await visitor.open(view)))
    return opened


def routes(visitors: int, route: Sequence[str]) -> Iterator[list[View]]:
    """Yields every visitor's views; each begins its route at another page."""
    people = islice(cycle(product(LANGUAGES, ENCODERS)), visitors)
    for number, (language, encoder) in enumerate(people):
        views = views_of(encoder, language, route)
        start = number % len(views)
        yield views[start:] + views[:start]


def summary(opened: Sequence[tuple[View, Opened]], noted: dict[View, list[str]]) -> dict[str, Any]:
    """Returns seconds over all openings, and how many showed what was not theirs."""
    seconds = sorted(one.seconds for _, one in opened)
    return {
        "openings": len(opened),
        "median_seconds": round(statistics.median(seconds), 3),
        "seconds_of_95_percent": round(seconds[int(0.95 * (len(seconds) - 1))], 3),
        "longest_seconds": round(seconds[-1], 3),
        "others_figures": sum(one.figures != noted[view] for view, one in opened),
        "faults": sum(len(one.faults) for _, one in opened),
        "median_kilobytes": round(statistics.median(one.size for _, one in opened) / 1000),
    }


async def measure(address: str, options: argparse.Namespace, process_id: int) -> None:
    ways = list(routes(options.visitors, options.route))
    noted = await prepare(address, list(dict.fromkeys(view for way in ways for view in way)))
    alone = await walk(address, ways[0], 0.0, SEED)
    record("alone", 1, 0.0, summary(alone, noted), process_id)
    walks = [walk(address, way, options.reading, SEED + at) for at, way in enumerate(ways)]
    together = [one for opened in await asyncio.gather(*walks) for one in opened]
    record("together", options.visitors, options.reading, summary(together, noted), process_id)


def record(case: str, visitors: int, reading: float, values: dict[str, Any], pid: int) -> None:
    memory = round(psutil.Process(pid).memory_info().rss / 2**20)
    own = {"benchmark": "sessions", "case": case, "visitors": visitors, "reading": reading}
    print(json.dumps({**own, **values, "memory_mb": memory, **describe()}), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--visitors", type=int, default=20)
    parser.add_argument("--reading", type=float, default=5.0, help="seconds between pages, mean")
    parser.add_argument("--route", nargs="+", choices=ROUTE, default=ROUTE)
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        studio(Path(folder, "cache")) as (address, process),
    ):
        wait_for_server(address)
        asyncio.run(measure(address, options, process.pid))


if __name__ == "__main__":
    main()
