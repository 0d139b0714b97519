"""multilingual-e5-small as a transformers directory of type xlm-roberta, from either copy of it.

The original is a BERT with XLM-R's vocabulary. XLM-R counts positions from 2 on, so two rows of
zeros go before BERT's, and it knows one token type, BERT's first: the vectors stay the same.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from tomclip.core.errors import AssetError, InputError, first_line
from tomclip.core.reading.json_text import read_json_object
from tomclip.encoders.packaged.e5_file import E5File, E5Shape
from tomclip.encoders.packaged.unigram import save_xlmr_tokenizer

if TYPE_CHECKING:
    from transformers import XLMRobertaConfig

PAD = 1
WEIGHTS = "model.safetensors"
POSITIONS = "embeddings.position_embeddings.weight"
TOKEN_TYPES = "embeddings.token_type_embeddings.weight"
_TOP = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": POSITIONS,
    "emb.type": TOKEN_TYPES,
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}
_LAYER = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


def write_from_four_bits(path: Path, directory: Path) -> None:
    """Writes the transformers directory of the package's 4-bit file; weights are float32.

    Raises:
        AssetError: when the file is no such file, or its tensors do not fit its shape.
    """
    file = E5File(path)
    wanted = _shapes(file.shape)
    state = {name: file.tensor(stored, *shape) for stored, (name, shape) in wanted.items()}
    save_xlmr_tokenizer(file.pieces, directory)
    _write(file.shape, state, directory)


def write_from_original(files: tuple[Path, ...], directory: Path) -> None:
    """Writes the transformers directory of the original's weights, config.json and tokenizer.json.

    Raises:
        AssetError: when a file cannot be read, or the weights do not fit config.json.
    """
    weights, config, tokenizer = files
    try:
        shape = bert_shape(read_json_object(config))
        stored = load_file(weights)
        state = {name: _fitting(stored, name, size) for name, size in _shapes(shape).values()}
    except (OSError, InputError, ValueError, KeyError, TypeError, SafetensorError) as error:
        raise AssetError(
            f"{weights.parent} does not hold multilingual-e5-small ({first_line(error)}); run "
            "'hf download --force-download intfloat/multilingual-e5-small'"
        ) from error
    _copy_tokenizer(tokenizer, directory)
    _write(shape, state, directory)


def _copy_tokenizer(tokenizer: Path, directory: Path) -> None:
    from transformers import PreTrainedTokenizerFast

    directory.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(tokenizer, directory / "tokenizer.json")
    names = {"bos_token": "<s>", "cls_token": "<s>", "eos_token": "</s>", "sep_token": "</s>"}
    PreTrainedTokenizerFast(
        tokenizer_file=str(tokenizer),
        pad_token="<pad>",
        unk_token="<unk>",
        mask_token="<mask>",
        padding_side="right",
        clean_up_tokenization_spaces=False,
        split_special_tokens=True,
        model_input_names=["input_ids", "attention_mask"],
        **names,
    ).save_pretrained(directory)


def _shapes(shape: E5Shape) -> dict[str, tuple[str, tuple[int, ...]]]:
    """Returns the name in transformers and the shape of every tensor, by its name in the file."""
    hidden, inner = shape.hidden_size, shape.intermediate_size
    rows = {"emb.word": shape.vocabulary, "emb.pos": shape.positions, "emb.type": shape.token_types}
    found = {
        stored: (name, (rows[stored], hidden) if stored in rows else (hidden,))
        for stored, name in _TOP.items()
    }
    wide = {"fi": (inner, hidden), "fo": (hidden, inner)}
    for layer in range(shape.layers):
        for stored, name in _LAYER.items():
            vector = stored in ("aln", "oln")
            weight = (hidden,) if vector else wide.get(stored, (hidden, hidden))
            place = f"encoder.layer.{layer}.{name}"
            found[f"l{layer}.{stored}.w"] = (f"{place}.weight", weight)
            found[f"l{layer}.{stored}.b"] = (f"{place}.bias", weight[:1])
    return found


def bert_shape(config: Mapping[str, object]) -> E5Shape:
    """Returns the shape that the original's config.json says; raises ValueError or KeyError."""
    if config["model_type"] != "bert":
        raise ValueError(f"its model_type is {config['model_type']!r}, not 'bert'")
    names = (
        "hidden_size",
        "num_hidden_layers",
        "num_attention_heads",
        "intermediate_size",
        "vocab_size",
        "max_position_embeddings",
        "type_vocab_size",
    )
    whole = [int(str(config[name])) for name in names]
    return E5Shape(*whole, epsilon=float(str(config["layer_norm_eps"])))


def _fitting(stored: Mapping[str, np.ndarray], name: str, size: tuple[int, ...]) -> np.ndarray:
    if stored[name].shape != size:
        raise ValueError(f"{name} is {stored[name].shape}, not {size}")
    return stored[name].astype(np.float32)


def _write(shape: E5Shape, state: dict[str, np.ndarray], directory: Path) -> None:
    zeros = np.zeros((PAD + 1, shape.hidden_size), dtype=np.float32)
    state[POSITIONS] = np.concatenate([zeros, state[POSITIONS]])
    state[TOKEN_TYPES] = np.ascontiguousarray(state[TOKEN_TYPES][:1])
    xlmr_config(shape).save_pretrained(directory)
    save_file(state, directory / WEIGHTS, metadata={"format": "pt"})


def xlmr_config(shape: E5Shape) -> XLMRobertaConfig:
    """Returns the XLM-R of this shape: two positions more, one token type."""
    from transformers import XLMRobertaConfig

    return XLMRobertaConfig(
        vocab_size=shape.vocabulary,
        hidden_size=shape.hidden_size,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        intermediate_size=shape.intermediate_size,
        max_position_embeddings=shape.positions + PAD + 1,
        type_vocab_size=1,
        layer_norm_eps=shape.epsilon,
        pad_token_id=PAD,
        bos_token_id=0,
        eos_token_id=2,
    )
