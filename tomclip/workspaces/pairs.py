"""The pairs that training reads: every text in another language beside its item's English one."""

from __future__ import annotations

import pandas as pd

from tomclip.data.captions.arrow import ENGLISH, LANGUAGE, TRANSLATED
from tomclip.data.captions.sources import ID

CODE = "en"


def pairs_of(captions: pd.DataFrame) -> pd.DataFrame:
    """Returns a row per text that is not English and whose item has an English one, the first.

    Args:
        captions: a row per text: item, language, text.

    Returns:
        caption (English), caption_multi, multi_language_code and id: the item, the language and
        the text's number in it, such as "17/ko/1".
    """
    english = captions[captions["language"] == CODE].drop_duplicates("item")
    others = captions[captions["language"] != CODE]
    number = (others.groupby(["item", "language"], sort=False).cumcount() + 1).astype(str)
    others = others.assign(**{ID: others["item"] + "/" + others["language"] + "/" + number})
    first = english.set_index("item")["text"].rename(ENGLISH)
    pairs = others.join(first, on="item", how="inner")
    pairs = pairs.rename(columns={"text": TRANSLATED, "language": LANGUAGE})
    return pairs[[ENGLISH, TRANSLATED, LANGUAGE, ID]].reset_index(drop=True)
