"""What a student's frozen layers say of texts, computed once and kept on disk.

A folder belongs to the frozen tensors, how deep they go and the precision; in it every text is
looked for by its tokens. So a step of training costs only what is trained, in this run and in every
later one from the same beginning, whichever texts it shares with others. Frozen layers have no
dropout.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence

import numpy as np
import torch
from torch import Tensor

from tomclip.core.files.cache import content_key
from tomclip.core.paths import cache_directory
from tomclip.core.progress import OnProgress, part_of
from tomclip.encoders.student.model import StudentModel
from tomclip.encoders.student.priors import weights_digest
from tomclip.encoders.student.state_files import StateFiles, text_key

FOLDER = "states"
SCHEMA = "2"
TEXTS_IN_FILE = 65536


class FrozenStates:
    """States of a student's texts at a depth below which nothing changes.

    Safe to use from several threads.

    Args:
        model: The student. Its tensors below `depth` must stay as they are.
        depth: As in `tomclip.encoders.student.steps`; by default the student's `frozen_depth`.
        bf16: Compute under bfloat16 autocast, and keep float16; otherwise all is float32.
        batch_size: Texts in a forward pass.
    """

    def __init__(
        self,
        model: StudentModel,
        *,
        depth: int | None = None,
        bf16: bool = False,
        batch_size: int = 256,
    ) -> None:
        self.depth = model.frozen_depth if depth is None else depth
        self._model, self._bf16, self._batch_size = model, bf16, batch_size
        self._dtype = np.dtype(np.float16 if bf16 else np.float32)
        self._is_pooled = model.steps.rows_at(self.depth)
        self._width = model.steps.width_at(self.depth)
        self._lock = threading.RLock()
        digest = weights_digest(model.backbone, _names_below(model, self.depth))
        key = content_key(SCHEMA, digest, str(self.depth), self._dtype.name)
        self._files = StateFiles(
            cache_directory() / FOLDER / key[:40], width=self._width, dtype=self._dtype
        )

    def prepare(
        self, tokens: Iterable[Sequence[int]], *, on_progress: OnProgress | None = None
    ) -> None:
        """Makes the states of these texts ready: from their file, or computed into one.

        Args:
            tokens: Each text's token ids, special ones included.
            on_progress: Called with (texts done, texts in all) while they are computed.

        Raises:
            RunError: when the disk has too little room.
        """
        with self._lock:
            texts = {text_key(row): row for row in tokens}
            if all(key in self._files for key in texts):
                return
            self._files.refresh()
            unknown = [key for key in texts if key not in self._files]
            parts = range(0, len(unknown), TEXTS_IN_FILE)
            for number, first in enumerate(parts):
                report = part_of(on_progress, number, len(parts))
                keys = unknown[first : first + TEXTS_IN_FILE]
                self._add(keys, [np.asarray(texts[key], np.int32) for key in keys], report)

    def batch(self, ids: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Returns (states, their mask) of padded token ids, on the CPU: what `forward` takes.

        Args:
            ids: (n, tokens), any device.
            mask: (n, tokens), 1 for a token and 0 for padding.

        Returns:
            (n, tokens, width) float32, zeros at padding, and `mask`; of pooled features (n, 1,
            width) and ones.
        """
        lengths = mask.sum(dim=1).tolist()
        values = ids.cpu().numpy().astype(np.int32)
        rows = [row[:length] for row, length in zip(values, lengths, strict=True)]
        keys = list(map(text_key, rows))
        if any(key not in self._files for key in keys):
            self.prepare([row.tolist() for row in rows])
        kept = mask[:, :1].cpu() if self._is_pooled else mask.cpu()
        return self._gathered(keys, kept), kept

    def _gathered(self, keys: list[bytes], mask: Tensor) -> Tensor:
        files, starts = self._files.places(keys)
        present = mask.numpy().astype(bool)
        rows = starts[:, None] + np.arange(present.shape[1])
        states = np.zeros((*present.shape, self._width), np.float32)
        for number in np.unique(files):
            here = present & (files == number)[:, None]
            states[here] = self._files.rows(int(number), rows[here])
        return torch.from_numpy(states)

    def _add(self, keys: list[bytes], tokens: list[np.ndarray], on_progress: OnProgress) -> None:
        lengths = np.array([1 if self._is_pooled else len(row) for row in tokens])
        with self._files.written(keys, lengths) as file:
            self._compute(tokens, np.cumsum(lengths) - lengths, file, on_progress)

    @torch.no_grad()
    def _compute(
        self,
        tokens: list[np.ndarray],
        starts: np.ndarray,
        file: np.ndarray,
        on_progress: OnProgress,
    ) -> None:
        """Fills the file's rows, texts of like length together."""
        model, steps = self._model, self._model.steps
        device = steps.table().device
        was_training = model.training
        model.eval()
        try:
            order = np.argsort([-len(row) for row in tokens], kind="stable")
            for first in range(0, len(order), self._batch_size):
                chosen = order[first : first + self._batch_size]
                ids, mask = (part.to(device) for part in _padded([tokens[i] for i in chosen]))
                with torch.autocast(device.type, torch.bfloat16, enabled=self._bf16):
                    states = steps.advance(steps.words(ids), mask, 0, self.depth)
                for row, found in zip(chosen, states.float().cpu().numpy(), strict=True):
                    length = 1 if self._is_pooled else len(tokens[row])
                    file[starts[row] : starts[row] + length] = found[:length]
                on_progress(first + len(chosen), len(order))
        finally:
            model.train(was_training)


def _padded(tokens: list[np.ndarray]) -> tuple[Tensor, Tensor]:
    """Returns (ids, mask) of rows whose padding nobody looks at."""
    mask = np.arange(max(map(len, tokens))) < np.array([len(row) for row in tokens])[:, None]
    ids = np.zeros(mask.shape, np.int64)
    ids[mask] = np.concatenate(tokens)
    return torch.from_numpy(ids), torch.from_numpy(mask.astype(np.int64))


def _names_below(model: StudentModel, depth: int) -> frozenset[str]:
    """Returns the names of the backbone's tensors that states meet on their way to `depth`."""
    below = [model.steps.table(), *(p for m in model.steps.below(depth) for p in m.parameters())]
    met = {id(parameter) for parameter in below}
    here = model.backbone
    parameters = {name for name, value in here.named_parameters() if id(value) in met}
    return frozenset(parameters | {name for name, _ in here.named_buffers()})
