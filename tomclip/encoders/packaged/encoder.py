"""A packaged encoder in memory."""

from __future__ import annotations

from pathlib import Path

from tomclip.encoders.packaged.directories import packaged_directory
from tomclip.encoders.packaged.records import MINILM, USE
from tomclip.encoders.token_encoder import TokenEncoder

E5_TOKENS = 512
MINILM_TOKENS = 256
USE_TOKENS = 4096


def load_packaged(name: str, *, device: str = "cpu") -> TokenEncoder:
    """Returns the encoder of that name; texts are read as they are, without a prefix.

    The mean of E5's and MiniLM's token states is the text's vector. E5's authors put "query: "
    before questions; names and captions find each other better without it.

    Raises:
        EncoderUnavailable, AssetError, RunError: as `packaged_directory`.
    """
    from transformers import BertModel, XLMRobertaModel

    from tomclip.encoders.packaged.pooled import load_mean_pooled

    directory = packaged_directory(name)
    if name == USE:
        return _use(directory, name, device)
    english = name == MINILM
    return load_mean_pooled(
        directory,
        BertModel if english else XLMRobertaModel,
        name=name,
        max_tokens=MINILM_TOKENS if english else E5_TOKENS,
        device=device,
    )


def _use(directory: Path, name: str, device: str) -> TokenEncoder:
    from tomclip.encoders.packaged.use_directory import load_use
    from tomclip.encoders.tokenizer import load_tokenizer

    model = load_use(directory)
    return TokenEncoder(
        model,
        load_tokenizer(directory),
        name=name,
        dimension=model.shape.dimension,
        max_tokens=USE_TOKENS,
        device=device,
    )
