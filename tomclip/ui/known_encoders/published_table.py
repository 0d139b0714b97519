"""The table of published encoders, kept on disk: making it loads torch and open_clip.

This module knows nothing of streamlit; the work runs on a job board.
"""

from __future__ import annotations

from functools import cache
from importlib.metadata import version
from pathlib import Path

from pydantic import TypeAdapter

from tomclip.core.files.cache import ContentCache, content_key
from tomclip.encoders import search_encoders
from tomclip.encoders.added import known_encoders
from tomclip.encoders.hub.repository import cached_state
from tomclip.ui.computing.cached import board
from tomclip.ui.computing.jobs import Job, Report
from tomclip.ui.known_encoders import encoder_facts
from tomclip.ui.known_encoders.encoder_facts import STUDIO_BATCH, EncoderFacts

Table = tuple[int, list[EncoderFacts]]
SCHEMA = 1
LIBRARIES = ("open_clip_torch", "torch", "transformers")
SOURCES = Path(encoder_facts.__file__).parents[2] / "encoders"


def table_job(words: str, most: int) -> Job[Table]:
    """Returns how many published encoders hold all the words, and the facts of the first `most`."""

    def work(report: Report) -> Table:
        report(0.0, "reading the list")
        key = table_key(words, most)
        kept = _tables().get(key)
        if kept is not None:
            return kept
        table = _made(words, most, report)
        if all(one.memory for one in table[1]):  # what could not be read now may be, another time
            _tables().put(key, table)
        return table

    # With another number of encoders in the studio, other weights may be on this machine.
    key = ("table", words, most, len(known_encoders()))
    return board("encoders").start(key, "Published encoders", work)


def table_key(words: str, most: int) -> str:
    """Returns what names a table: what was asked, what is on this machine, and whose facts it are.

    The facts follow from open_clip's list, from models built without weights, and from our words.
    """
    versions = " ".join(version(name) for name in LIBRARIES)
    asked = f"{SCHEMA} {most} {STUDIO_BATCH} {versions}"
    return content_key(asked, " ".join(words.lower().split()), cached_state(), _our_words())


def _made(words: str, most: int, report: Report) -> Table:
    found = search_encoders(words)
    facts = []
    for number, one in enumerate(found[:most]):
        report(number / min(len(found), most), one.name)
        facts.append(encoder_facts.facts_of(one, one.name))
    return len(found), facts


@cache
def _tables() -> ContentCache[Table]:
    adapter = TypeAdapter(Table)
    return ContentCache("published", ".json", adapter.validate_json, adapter.dump_json)


@cache
def _our_words() -> bytes:
    """Returns the source of what describes published encoders and estimates their memory."""
    files = sorted(SOURCES.glob("hub/*.py")) + sorted(SOURCES.glob("memory/*.py"))
    return b"".join(file.read_bytes() for file in (*files, Path(encoder_facts.__file__)))
