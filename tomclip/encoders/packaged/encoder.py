"""A packaged encoder in memory."""

from __future__ import annotations

from tomclip.encoders.packaged.directories import packaged_directory
from tomclip.encoders.token_encoder import TokenEncoder

E5_TOKENS = 512


def load_packaged(name: str, *, device: str = "cpu") -> TokenEncoder:
    """Returns the encoder of that name; texts are read as they are, without a prefix.

    The mean of the token states is the text's vector. E5's authors put "query: " before questions;
    names and captions find each other better without it.

    Raises:
        EncoderUnavailable, AssetError, RunError: as `packaged_directory`.
    """
    from transformers import XLMRobertaModel

    from tomclip.encoders.packaged.pooled import load_mean_pooled

    directory = packaged_directory(name)
    return load_mean_pooled(
        directory, XLMRobertaModel, name=name, max_tokens=E5_TOKENS, device=device
    )
