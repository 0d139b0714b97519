"""The studio, except that a test says when the browser hears of it: `python THIS run app.py ...`.

While the file that `WITHHOLD` names is there, the server sends nothing, and the file that `WAITING`
names holds the keys of the widgets that wait to be sent. A run that cuts another one short clears
what waits, as it does on a busy machine for what was drawn in the last moment; the file that `LOST`
names then holds their keys. Only streamlit's queue is touched: pages, state and widgets are real.
"""

from __future__ import annotations

import asyncio
import os
import re
import sys
from pathlib import Path
from unittest.mock import patch

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.forward_msg_queue import ForwardMsgQueue
from streamlit.web.cli import main

WITHHOLD, WAITING, LOST = "STUDIO_WITHHOLD", "STUDIO_WAITING", "STUDIO_LOST"
_AGAIN_SECONDS = 0.05
_flush, _clear = AppSession.flush_browser_queue, ForwardMsgQueue.clear


def flush_unless_withheld(session: AppSession) -> list[ForwardMsg]:
    """Returns what the browser is sent now; nothing while it is withheld."""
    if not Path(os.environ[WITHHOLD]).exists():
        return _flush(session)
    _write(WAITING, keys_in(session._browser_queue))
    if (again := session._message_enqueued_callback) is not None:
        asyncio.get_running_loop().call_later(_AGAIN_SECONDS, again)
    return []


def clear_and_tell(
    queue: ForwardMsgQueue,
    retain_lifecycle_msgs: bool = False,
    fragment_ids_this_run: list[str] | None = None,
) -> None:
    """Clears the queue as a new run does, and writes down the keys of the widgets it held."""
    if retain_lifecycle_msgs and (keys := keys_in(queue)):
        _write(LOST, keys)
    _clear(queue, retain_lifecycle_msgs, fragment_ids_this_run)


def keys_in(queue: ForwardMsgQueue) -> list[str]:
    """Returns the keys of the widgets that a queue holds."""
    found = (re.findall(r'id: "\$\$ID-[0-9a-f]+-([^"]+)"', str(one)) for one in queue._queue)
    return [key for keys in found for key in keys]


def _write(variable: str, keys: list[str]) -> None:
    Path(os.environ[variable]).write_text("\n".join(keys), encoding="utf-8")


if __name__ == "__main__":
    with (
        patch.object(AppSession, "flush_browser_queue", flush_unless_withheld),
        patch.object(ForwardMsgQueue, "clear", clear_and_tell),
    ):
        sys.exit(main())
