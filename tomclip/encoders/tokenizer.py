"""Subword tokenizers in the transformers format: learned from the project's texts, and read back.

Both are byte-pair encodings: the same texts always give the same files, byte for byte. The
`tokenizers` library's Unigram and WordPiece trainers break ties by the order of a randomly seeded
hash table, so that two runs give two vocabularies.
"""

from __future__ import annotations

import string
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tomclip.core.errors import AssetError, EncoderUnavailable, InputError, first_line
from tomclip.core.reading.characters import is_blank

if TYPE_CHECKING:
    from tokenizers import Tokenizer
    from transformers import PreTrainedTokenizerBase

MULTILINGUAL_SPECIALS = ("<s>", "<pad>", "</s>", "<unk>")
MULTILINGUAL_LAST = "<mask>"
ENGLISH_SPECIALS = ("<pad>", "<unk>", "<start>")
ENGLISH_LAST = "<end>"
SENTENCEPIECE_FILE = "sentencepiece.bpe.model"
ALWAYS_KNOWN = string.ascii_lowercase + string.digits + string.punctuation


def train_multilingual_tokenizer(
    texts: Iterable[str], *, vocab_size: int, directory: Path | str
) -> int:
    """Returns the size of the vocabulary of the student's tokenizer, written to `directory`.

    Special ids follow XLM-RoBERTa: `<s>` 0, `<pad>` 1, `</s>` 2, `<unk>` 3 and `<mask>` last. A
    text is folded to NFKC and lower case, then encoded as `<s> text </s>`.

    Args:
        texts: Training texts in every language; their order does not matter.
        vocab_size: Upper limit of the vocabulary, special tokens included. Fewer come out when the
            texts hold no more pairs that occur twice.
        directory: Gets tokenizer.json and tokenizer_config.json; made when missing.

    Raises:
        InputError: when there is no text, or `vocab_size` cannot hold every character.
    """
    tokenizer = _train(texts, vocab_size, MULTILINGUAL_SPECIALS, MULTILINGUAL_LAST)
    _wrap_between(tokenizer, "<s>", "</s>")
    names = {"bos_token": "<s>", "cls_token": "<s>", "eos_token": "</s>", "sep_token": "</s>"}
    return save_fast_tokenizer(
        tokenizer, Path(directory), {**names, "mask_token": MULTILINGUAL_LAST}
    )


def train_english_tokenizer(texts: Iterable[str], *, vocab_size: int, directory: Path | str) -> int:
    """Returns the size of the vocabulary of the teacher's tokenizer, written to `directory`.

    Made for open_clip's text tower, which reads its text vector at the largest token id: `<end>` is
    the last id of the vocabulary and `<pad>` is 0. A text is encoded as `<start> text <end>`.

    Args:
        texts: English training texts; their order does not matter.
        vocab_size: Upper limit of the vocabulary, special tokens included.
        directory: The open_clip model directory; gets tokenizer.json and tokenizer_config.json.

    Raises:
        InputError: when there is no text, or `vocab_size` cannot hold every character.
    """
    tokenizer = _train(texts, vocab_size, ENGLISH_SPECIALS, ENGLISH_LAST)
    _wrap_between(tokenizer, "<start>", ENGLISH_LAST)
    return save_fast_tokenizer(
        tokenizer, Path(directory), {"bos_token": "<start>", "eos_token": ENGLISH_LAST}
    )


def load_tokenizer(directory: Path) -> PreTrainedTokenizerBase:
    """Returns the fast tokenizer in `directory`; it pads on the right.

    A text that spells a special token, such as "</s>", is read letter by letter.

    Read from tokenizer.json, or from XLM-R's sentencepiece.bpe.model where that alone is there.

    Raises:
        EncoderUnavailable: when `directory` does not exist.
        AssetError: when its tokenizer files are missing or broken.
    """
    from transformers import AutoTokenizer

    if not directory.is_dir():
        raise EncoderUnavailable(
            f"{directory} is not a directory; name one that holds tokenizer.json"
        )
    path = directory / "tokenizer.json"
    if not path.is_file() and not (directory / SENTENCEPIECE_FILE).is_file():
        raise AssetError(f"{path} is missing; restore it with 'git checkout', or train it again")
    try:
        return AutoTokenizer.from_pretrained(
            directory,
            local_files_only=True,
            padding_side="right",
            split_special_tokens=True,
            trust_remote_code=False,
        )
    except Exception as error:  # the tokenizers library raises bare Exception
        raise AssetError(f"{path} cannot be read ({first_line(error)}); restore it") from error


def _train(texts: Iterable[str], vocab_size: int, specials: Sequence[str], last: str) -> Tokenizer:
    from tokenizers import AddedToken, trainers

    texts = [text for text in texts if not is_blank(text)]
    _require_room(texts, vocab_size, len(specials) + 1)
    tokenizer = _blank_tokenizer()
    trainer = trainers.BpeTrainer(
        vocab_size=vocab_size - 1,
        min_frequency=2,
        special_tokens=list(specials),
        initial_alphabet=list(ALWAYS_KNOWN),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.add_special_tokens([AddedToken(last, special=True, normalized=False)])
    return tokenizer


def _blank_tokenizer() -> Tokenizer:
    from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers

    tokenizer = Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=True))
    tokenizer.normalizer = normalizers.Sequence(  # type: ignore[assignment]
        [
            normalizers.NFKC(),
            normalizers.Lowercase(),
            normalizers.Replace(Regex(r"\s+"), " "),
            normalizers.Strip(),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(  # type: ignore[assignment]
        [pre_tokenizers.Metaspace(), pre_tokenizers.Punctuation()]
    )
    tokenizer.decoder = decoders.Metaspace()  # type: ignore[assignment]
    return tokenizer


def _require_room(texts: Sequence[str], vocab_size: int, reserved: int) -> None:
    if not texts:
        raise InputError("no text came to learn a tokenizer from; give at least one non-blank text")
    characters = set(ALWAYS_KNOWN)
    characters.update(c for text in texts for c in unicodedata.normalize("NFKC", text).lower())
    needed = len(characters) + reserved + 1
    if vocab_size < needed:
        raise InputError(
            f"vocab_size is {vocab_size}, but texts and ASCII hold {len(characters)} characters; "
            f"give at least {needed}"
        )


def _wrap_between(tokenizer: Tokenizer, start: str, end: str) -> None:
    from tokenizers import processors

    ids = [(token, tokenizer.token_to_id(token)) for token in (start, end)]
    tokenizer.post_processor = processors.TemplateProcessing(  # type: ignore[assignment]
        single=f"{start} $A {end}", pair=f"{start} $A {end} $B {end}", special_tokens=ids
    )


def save_fast_tokenizer(
    tokenizer: Tokenizer, directory: Path, special_names: dict[str, str]
) -> int:
    """Returns the size of the vocabulary of a tokenizer, written to `directory`.

    Args:
        tokenizer: Knows `<pad>` and `<unk>`.
        directory: Gets tokenizer.json and tokenizer_config.json; made when missing.
        special_names: The other special tokens, such as {"bos_token": "<s>"}.
    """
    from transformers import PreTrainedTokenizerFast

    wrapped = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token="<pad>",
        unk_token="<unk>",
        padding_side="right",
        clean_up_tokenization_spaces=False,
        split_special_tokens=True,
        model_input_names=["input_ids", "attention_mask"],
        **special_names,
    )
    directory.mkdir(parents=True, exist_ok=True)
    wrapped.save_pretrained(directory)
    return len(wrapped)
