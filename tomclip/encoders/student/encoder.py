"""The student as an encoder: multilingual texts in, vectors of the teacher's space out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from torch import Tensor
from transformers import PreTrainedTokenizerBase

from tomclip.encoders.student.files import load_student_model, save_student
from tomclip.encoders.student.model import StudentModel, new_student
from tomclip.encoders.student.settings import StudentSettings, read_settings
from tomclip.encoders.token_encoder import TokenEncoder, pad_batch, token_ids

__all__ = [
    "Student",
    "StudentModel",
    "StudentSettings",
    "load_student_model",
    "new_student",
    "pad_batch",
    "read_settings",
    "save_student",
    "token_ids",
]


class Student(TokenEncoder):
    """A trained student with its tokenizer. Safe to use from several threads."""

    def __init__(
        self,
        model: StudentModel,
        tokenizer: PreTrainedTokenizerBase,
        *,
        name: str,
        device: str = "cpu",
    ) -> None:
        settings = model.settings
        super().__init__(
            model,
            tokenizer,
            name=name,
            dimension=settings.dimension,
            max_tokens=settings.max_tokens,
            device=device,
        )
        self.model = model

    @classmethod
    def from_directory(
        cls, directory: Path | str, *, name: str | None = None, device: str = "cpu"
    ) -> Student:
        """Returns the student in `directory`; `name` defaults to the path.

        Raises:
            EncoderUnavailable, AssetError: as `load_student_model`.
        """
        model, tokenizer = load_student_model(directory)
        return cls(model, tokenizer, name=name or str(directory), device=device)

    @property
    def teacher_name(self) -> str:
        """The encoder whose space the student lives in."""
        return self.model.settings.teacher

    def token_ids(self, texts: Sequence[str]) -> list[list[int]]:
        """Returns each text's ids, special tokens included, at most `max_tokens` and not padded."""
        tokens = super().token_ids(texts)
        if self.model.frozen_states is not None:
            self.model.frozen_states.prepare(tokens)
        return tokens

    def inputs(self, tokens: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor]:
        """Returns padded ids and their mask, or the kept states of frozen layers and theirs."""
        return self.model.entered(*super().inputs(tokens))
