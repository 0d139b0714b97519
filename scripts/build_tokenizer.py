"""Learns the students' tokenizer: `python scripts/build_tokenizer.py`.

Reads names and keywords of the training concepts in all languages, and every single character of
the data set, so that a character of an unseen word is known. Writes `assets/emoji/tokenizer/`.
"""

from __future__ import annotations

from tomclip.core.files.manifests import write_manifest
from tomclip.core.paths import assets_directory
from tomclip.data import EmojiDataset, load_emoji
from tomclip.encoders.tokenizer import train_multilingual_tokenizer

VOCABULARY = 9000


def main() -> None:
    directory = assets_directory() / "emoji" / "tokenizer"
    size = train_multilingual_tokenizer(
        tokenizer_texts(load_emoji()), vocab_size=VOCABULARY, directory=directory
    )
    facts = {
        "name": "emoji-tokenizer",
        "vocabulary": size,
        "licence": "Apache-2.0; learned from CLDR annotations, Unicode-3.0",
        "command": "python scripts/build_tokenizer.py",
    }
    write_manifest(directory, facts)
    print(f"{size} tokens in {directory}")


def tokenizer_texts(dataset: EmojiDataset) -> list[str]:
    """Returns the training concepts' names and keywords, and each character twice."""
    rows = dataset.splits["train"]
    words = [
        text
        for code in dataset.languages
        for row in rows
        for text in (dataset.names[code][row], *dataset.keywords[code][row])
    ]
    everything = "".join(
        text
        for code in dataset.languages
        for name, keywords in zip(dataset.names[code], dataset.keywords[code], strict=True)
        for text in (name, *keywords)
    )
    return words + 2 * sorted(set(everything))


if __name__ == "__main__":
    main()
