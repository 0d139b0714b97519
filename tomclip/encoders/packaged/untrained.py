"""A packaged encoder's model without its weights, to count what it takes of memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tomclip.core.errors import AssetError
from tomclip.core.reading.json_text import read_json_object
from tomclip.encoders.packaged.origins import Origin, require_origin
from tomclip.encoders.packaged.records import MINILM, USE

if TYPE_CHECKING:
    from torch import nn

    from tomclip.encoders.packaged.e5_file import E5Shape


def untrained(name: str) -> nn.Module:
    """Returns the model, made where torch's default device is; nothing is converted.

    Raises:
        EncoderUnavailable: when no copy of it is on this machine.
        AssetError: when its shape cannot be read.
    """
    from transformers import BertConfig, BertModel, XLMRobertaModel

    from tomclip.encoders.packaged.e5_directory import xlmr_config
    from tomclip.encoders.packaged.pooled import MeanPooled
    from tomclip.encoders.packaged.use_model import UseModel, UseShape

    origin = require_origin(name)
    if name == USE:
        return UseModel(UseShape())
    if name == MINILM:
        config = BertConfig(**_facts(origin))
        return MeanPooled(BertModel(config, add_pooling_layer=False))
    return MeanPooled(XLMRobertaModel(xlmr_config(_e5_shape(origin)), add_pooling_layer=False))


def _e5_shape(origin: Origin) -> E5Shape:
    from tomclip.encoders.packaged.e5_directory import bert_shape
    from tomclip.encoders.packaged.e5_file import E5File

    return bert_shape(_facts(origin)) if origin.commit else E5File(origin.files[0]).shape


def _facts(origin: Origin) -> dict[str, Any]:
    return read_json_object(origin.files[1], refusal=AssetError, advice="install it again")
