"""What an encoder needs of a device's memory, known before its weights are loaded or downloaded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Literal, cast

from tomclip.core.errors import AssetError, InputError
from tomclip.encoders.catalogue import EncoderInfo, find_encoder
from tomclip.encoders.fingerprints import mapped_sources
from tomclip.encoders.hub.names import STUDENT_PREFIX, open_clip_config, parse_published_name
from tomclip.encoders.hub.repository import TOKENIZER_FILES, fetch_folder
from tomclip.encoders.student.settings import published_teacher_name, read_settings

if TYPE_CHECKING:
    from torch import nn

    from tomclip.encoders.student.model import StudentModel

USUAL_TOKENS = 77
_PUBLISHED_BACKBONE = "xlm-roberta-large"


@dataclass(frozen=True, slots=True)
class MemoryEstimate:
    """Bytes of an encoder: its float32 weights, and what one batch takes beside them."""

    parameters: int
    weights: int
    activations: int

    @property
    def total(self) -> int:
        """Bytes of weights and activations together."""
        return self.weights + self.activations


def memory_estimate(
    name: str, *, batch_size: int = 256, dtype: Literal["fp32", "bf16", "fp16"] = "fp32"
) -> MemoryEstimate:
    """Returns what embedding with `name` takes, from its configuration alone.

    Parameters and buffers are counted on torch's meta device. Activations are the most bytes of
    tensors alive at once while the model runs there on a full batch, text or picture tower, the
    larger of both. A baseline takes what its source takes. Assumed: attention as one fused
    operation, texts as long as the model's context or 77 tokens, no fragmentation; what CUDA itself
    takes comes on top. Under autocast the weights stay float32 and activations take half.

    Args:
        name: A name of the catalogue, a directory or a published model.
        batch_size: Texts, or pictures, in one forward pass; at least 1.
        dtype: The precision that `embed_texts` is given.

    Raises:
        InputError: when `batch_size` is below 1, or `name` means precomputed vectors.
        EncoderUnavailable: when the name is unknown, or its configuration is not to be had.
        AssetError: when its configuration is damaged.
    """
    if batch_size < 1:
        raise InputError(f"batch_size is {batch_size}; give at least 1")
    model, passes = _on_meta(mapped_sources(name)[-1])
    return MemoryEstimate(
        parameters=sum(value.numel() for value in model.parameters()),
        weights=sum(value.nbytes for value in (*model.parameters(), *model.buffers())),
        activations=max(_peak(run, batch_size) for run in passes) // (1 if dtype == "fp32" else 2),
    )


Pass = Callable[[int], object]


def _on_meta(name: str) -> tuple[nn.Module, list[Pass]]:
    info = find_encoder(name)
    if info is not None and info.kind == "vectors":
        raise InputError(f"{name!r} holds vectors and no model; its memory is that of its file")
    if info is not None and info.kind == "text":
        return _packaged_on_meta(name)
    is_student = name.startswith(STUDENT_PREFIX) if info is None else info.kind == "student"
    if is_student:
        return _student_on_meta(name, info)
    source, config = _teacher_configuration(name, info)
    return _teacher_on_meta(source, config)


def _packaged_on_meta(name: str) -> tuple[nn.Module, list[Pass]]:
    import torch

    from tomclip.encoders.packaged.untrained import untrained

    with torch.device("meta"):
        model = untrained(name).eval()

    def run(n: int) -> object:
        ids = torch.zeros((n, USUAL_TOKENS), dtype=torch.long, device="meta")
        return model(ids, torch.ones_like(ids))

    return model, [run]


def _teacher_configuration(name: str, info: EncoderInfo | None) -> tuple[str, dict[str, Any]]:
    if info is not None:
        source = f"local-dir:{info.path}"
    else:
        published = parse_published_name(name)
        source = published.architecture or "local-dir:" + str(
            fetch_folder(published.source, [["open_clip_config.json"]], TOKENIZER_FILES)
        )
    return source, open_clip_config(source)


def _teacher_on_meta(source: str, config: dict[str, Any]) -> tuple[nn.Module, list[Pass]]:
    import torch

    try:
        model = cast(Any, _untrained_teacher(config).eval())
    except (AssertionError, KeyError, OSError, RuntimeError, TypeError, ValueError) as error:
        raise AssetError(f"{source} describes no open_clip model ({error}); restore it") from error
    size = model.visual.image_size
    sides = tuple(size) if isinstance(size, list | tuple) else (size, size)
    tokens = config["text_cfg"].get("context_length", USUAL_TOKENS)
    return model, [
        lambda n: model.encode_text(torch.zeros((n, tokens), dtype=torch.long, device="meta")),
        lambda n: model.encode_image(torch.zeros((n, 3, *sides), device="meta")),
    ]


def _untrained_teacher(config: dict[str, Any]) -> nn.Module:
    """Returns the model that open_clip would make of the configuration, on the meta device."""
    import open_clip
    import torch

    with TemporaryDirectory() as folder:
        text = config["text_cfg"] | {"hf_model_pretrained": False}
        if text.get("hf_model_name"):
            text["hf_model_name"] = _text_configuration(text["hf_model_name"], folder)
        parts = {
            name: value for name, value in config.items() if name not in ("custom_text", "text_cfg")
        }
        parts["vision_cfg"] = config["vision_cfg"] | {"timm_model_pretrained": False}
        custom = config.get("custom_text") or text.get("hf_model_name")
        made = open_clip.CLIP
        if custom:
            made = open_clip.CoCa if "multimodal_cfg" in config else open_clip.CustomTextCLIP
        with torch.device("meta"):
            return made(**parts, text_cfg=text)


def _text_configuration(repository: str, folder: str) -> str:
    """Returns where transformers finds the text tower's configuration."""
    from tomclip.encoders.hub.backbones import known_text_tower
    from tomclip.encoders.teacher.files import require_text_configuration

    known = known_text_tower(repository)
    if known is None:
        require_text_configuration({"hf_model_name": repository})
        return repository
    known.save_pretrained(folder)
    return folder


def _student_on_meta(name: str, info: EncoderInfo | None) -> tuple[nn.Module, list[Pass]]:
    import torch

    with torch.device("meta"):
        model = (_published_student(name) if info is None else _local_student(info)).eval()
    tokens = min(model.settings.max_tokens, USUAL_TOKENS)

    def run(n: int) -> object:
        ids = torch.zeros((n, tokens), dtype=torch.long, device="meta")
        return model(ids, torch.ones_like(ids))

    return model, [run]


def _published_student(name: str) -> StudentModel:
    from tomclip.encoders.student.published import mclip_model

    teacher = published_teacher_name(parse_published_name(name).source.repository)
    dimension = open_clip_config(teacher.rpartition("/")[0])["embed_dim"]
    return mclip_model(
        {"modelBase": _PUBLISHED_BACKBONE, "numDims": dimension}, teacher_name=teacher
    )


def _local_student(info: EncoderInfo) -> StudentModel:
    from tomclip.encoders.student.lora import add_lora
    from tomclip.encoders.student.model import StudentModel
    from tomclip.encoders.student.priors import empty_backbone, empty_prior

    settings = read_settings(info.path)
    prior = settings.prior
    backbone = empty_backbone(info.path) if prior is None else empty_prior(prior.name)
    if settings.lora is not None:
        add_lora(backbone, settings.lora)
    return StudentModel(backbone, settings)


def _peak(run: Pass, batch_size: int) -> int:
    import torch

    from tomclip.encoders.memory.live import LiveMemory

    with torch.inference_mode(), LiveMemory() as memory:
        run(batch_size)
    return memory.peak
