"""A file to fill in: the simplest table that is read without a question."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from tomclip.core.languages import LANGUAGES, language

SHOWN = ("en", "de", "ko", "ja")
ROWS: tuple[tuple[str, ...], ...] = (
    ("apple", "apple.png", "fruit", "a red apple", "ein roter Apfel", "빨간 사과", "赤いりんご"),
    ("cat", "cat.png", "animal", "a black cat", "eine schwarze Katze", "검은 고양이", "黒い猫"),
    ("boat", "boat.png", "vehicle", "a blue boat", "ein blaues Boot", "파란 배", "青い船"),
)
"""Three items: id, picture, label, and their texts in `SHOWN`."""


def template_csv(codes: Sequence[str] = SHOWN) -> str:
    """Returns a CSV with a row per item: id, picture, label and a column per language.

    Three rows show how; texts in other languages than `SHOWN` are left empty. It can be read by
    `create_workspace` as it is, less its pictures.

    Args:
        codes: Languages of the columns, each once.

    Raises:
        InputError: when one is unknown.
    """
    known = [language(code).code for code in codes or LANGUAGES]
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(["id", "picture", "label", *known])
    for item, picture, label, *texts in ROWS:
        said: dict[str, str] = dict(zip(SHOWN, texts, strict=True))
        writer.writerow([item, picture, label, *(said.get(code, "") for code in known)])
    return stream.getvalue()
