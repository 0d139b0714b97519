"""all-MiniLM-L6-v2: a BERT in a package's folder, read where it lies."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from support.tiny_packages import install
from transformers import BertConfig, BertModel, BertTokenizer

from tomclip.core.errors import AssetError
from tomclip.encoders import encoder_catalogue, load_text_encoder
from tomclip.encoders.packaged.directories import packaged_directory
from tomclip.encoders.packaged.records import MINILM, PACKAGED, PackagedFile
from tomclip.encoders.registry import forget_encoders
from tomclip.encoders.token_encoder import TokenEncoder

WORDS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "fox", "dog", "##es")


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> BertModel:
    """Returns the BERT, pooler included, whose folder is installed as the package."""
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(WORDS),
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
    )
    model = BertModel(config).eval()
    model.save_pretrained(tmp_path / "made")
    BertTokenizer(vocab={word: row for row, word in enumerate(WORDS)}).save_pretrained(
        tmp_path / "made"
    )
    record = PACKAGED[MINILM]
    files = {
        file.path: (tmp_path / "made" / Path(file.path).name).read_bytes() for file in record.files
    }
    recorded = tuple(
        PackagedFile(name, hashlib.sha256(content).hexdigest()) for name, content in files.items()
    )
    monkeypatch.setitem(PACKAGED, MINILM, replace(record, files=recorded))
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    folder = tmp_path / "packages"
    install(folder, monkeypatch, package=record.package, version="0.1.0", files=files)
    forget_encoders()
    return model


def test_the_vector_is_the_mean_of_the_last_states(installed: BertModel) -> None:
    encoder = load_text_encoder(MINILM)
    assert isinstance(encoder, TokenEncoder)
    row = [2, 5, 6, 8, 3]
    assert encoder.token_ids(["A foxes"]) == [row]
    with torch.inference_mode():
        mean = installed(torch.tensor([row])).last_hidden_state[0].mean(dim=0)
    found = encoder.embed_texts(["dog", "A foxes", "a dog a dog a fox"], normalise=False)
    assert found.vectors[1] == pytest.approx(mean.numpy(), abs=1e-6)


def test_it_is_read_where_it_lies(installed: BertModel, tmp_path: Path) -> None:
    assert packaged_directory(MINILM).is_relative_to(tmp_path / "packages")
    assert encoder_catalogue()[-1].facts["languages"] == "en"


def test_altered_weights_are_refused(installed: BertModel, tmp_path: Path) -> None:
    path = tmp_path / "packages" / PACKAGED[MINILM].files[0].path
    path.write_bytes(path.read_bytes()[:-1] + b"\1")
    with pytest.raises(AssetError, match=r"was altered .* --force-reinstall"):
        load_text_encoder(MINILM)
