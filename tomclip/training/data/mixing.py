"""Batches of pairs that captions without a pair join: their rows, their order, their vectors."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import torch
from transformers import PreTrainedTokenizerBase

from tomclip.core.results import ArrayRecord
from tomclip.data.captions.table import Captions
from tomclip.encoders.student.encoder import pad_batch, token_ids
from tomclip.targets.encoding import TargetShards
from tomclip.training.data.batches import CaptionSampler
from tomclip.training.data.prefetch import WHOLE, Batch, PairData


class TextSampler:
    """Endless draws of `count` different texts, every text once an epoch.

    Args:
        digests: One per text, no two equal.
        count: Texts in a draw.
        seed: Decides every draw.
    """

    def __init__(self, digests: np.ndarray, *, count: int, seed: int) -> None:
        self._digests, self._count = digests, count
        self._generator = torch.Generator().manual_seed(seed)
        self._shuffle()

    def next_rows(self, without: np.ndarray) -> np.ndarray:
        """Returns (count,) rows whose digest is not among `without`, which are passed over.

        What is left of an epoch and fills no draw is dropped. At least count + len(without) texts
        are needed, or count of those that are never in `without`.
        """
        rows = self._ahead(without)
        if len(rows) < self._count:
            self._shuffle()
            rows = self._ahead(without)
        return rows

    def _ahead(self, without: np.ndarray) -> np.ndarray:
        ahead = self._order[self._position : self._position + self._count + len(without)]
        places = np.flatnonzero(~np.isin(self._digests[ahead], without))[: self._count]
        if len(places) == self._count:
            self._position += int(places[-1]) + 1
        return ahead[places]

    def twin(self) -> TextSampler:
        """Returns a sampler that will draw the same texts."""
        twin = copy.copy(self)
        twin._generator = torch.Generator()
        twin._generator.set_state(self._generator.get_state())
        return twin

    def state(self) -> dict[str, Any]:
        """Returns what `restore` needs to continue with the very next draw."""
        return {"shuffled_by": self._shuffled_by, "position": self._position}

    def restore(self, state: dict[str, Any]) -> None:
        """Continues where `state` was taken."""
        self._generator.set_state(state["shuffled_by"])
        self._shuffle()
        self._position = state["position"]

    def _shuffle(self) -> None:
        self._shuffled_by = self._generator.get_state()
        self._order = torch.randperm(len(self._digests), generator=self._generator).numpy()
        self._position = 0


class MixedSampler:
    """Batches of a pair sampler, each followed by English captions and then by unpaired ones.

    The pairs are those that the sampler would give alone. An English caption that a pair of the
    batch has already is passed over, so that no teacher point stands twice in a cloud.

    Args:
        pairs: Says which pairs are next.
        digests: The digest of every pair's English caption.
        lone: The samplers of English and of unpaired captions; None where there are none.
        starts: The row number that the first text of each has.
    """

    def __init__(
        self,
        pairs: CaptionSampler,
        digests: np.ndarray,
        lone: tuple[TextSampler | None, TextSampler | None],
        starts: tuple[int, int],
    ) -> None:
        self._pairs, self._digests, self._lone, self._starts = pairs, digests, lone, starts

    @property
    def epoch(self) -> float:
        """Passes over the pairs so far."""
        return self._pairs.epoch

    def next_batch(self) -> np.ndarray:
        """Returns rows: of pairs, of English captions, of unpaired ones."""
        rows = self._pairs.next_batch()
        without = (self._digests[rows], self._digests[:0])
        parts = [
            start + sampler.next_rows(met)
            for sampler, start, met in zip(self._lone, self._starts, without, strict=True)
            if sampler is not None
        ]
        return np.concatenate([rows, *parts])

    def twin(self) -> MixedSampler:
        """Returns a sampler that will draw the same batches, on the same arrays."""
        anchor, unpaired = (one and one.twin() for one in self._lone)
        return MixedSampler(self._pairs.twin(), self._digests, (anchor, unpaired), self._starts)

    def state(self) -> dict[str, Any]:
        """Returns what `restore` needs to continue with the very next batch."""
        return {"pairs": self._pairs.state(), "lone": [one and one.state() for one in self._lone]}

    def restore(self, state: dict[str, Any]) -> None:
        """Continues where `state` was taken."""
        self._pairs.restore(state["pairs"])
        for sampler, kept in zip(self._lone, state["lone"], strict=True):
            if sampler is not None:
                sampler.restore(kept)


@dataclass(frozen=True, eq=False, repr=False)
class LoneTexts(ArrayRecord):
    """Texts without a pair; `target_rows` are those of `targets`, where the teacher has read them.

    Attributes:
        texts: Tokenised when a batch asks for them.
        digests: One uint64 per text.
        targets: The teacher's vectors; None for texts that only the student reads.
        target_rows: One per text.
    """

    texts: Sequence[str]
    digests: np.ndarray
    targets: TargetShards | None = None
    target_rows: np.ndarray | None = None

    def read(self, rows: np.ndarray) -> list[str]:
        """Returns these texts, which may lie on disk."""
        if isinstance(self.texts, Captions):
            return self.texts.take(rows)
        return [self.texts[int(row)] for row in rows]


@dataclass(frozen=True, eq=False, repr=False)
class MixedData(ArrayRecord):
    """Pairs, whose rows come first, then English captions, then unpaired ones."""

    pairs: PairData
    anchor: LoneTexts | None
    unpaired: LoneTexts | None
    lone_facts: Mapping[str, Any]
    tokenizer: PreTrainedTokenizerBase
    max_tokens: int

    @property
    def english(self) -> np.ndarray:
        """The English caption of every pair, or its digest."""
        return self.pairs.english

    @property
    def dimension(self) -> int:
        """Length of the teacher's vectors."""
        return self.pairs.dimension

    @property
    def facts(self) -> Mapping[str, Any]:
        """Which captions and targets these are, and how many were left out of each."""
        return {**self.pairs.facts, **self.lone_facts}

    @cached_property
    def starts(self) -> tuple[int, int]:
        """The row numbers of the first English and the first unpaired caption."""
        first = len(self.pairs.english)
        return first, first + (len(self.anchor.texts) if self.anchor else 0)

    def batch(self, rows: np.ndarray, device: str = "cpu", part: slice = WHOLE) -> Batch:
        """Returns (ids, attention mask) of the texts `rows[part]`, and the teacher's vectors.

        The vectors are of all pairs and English captions of the batch; unpaired ones have none.
        """
        first_anchor, first_unpaired = self.starts
        of_pairs = int((rows < first_anchor).sum())
        start, stop, _ = part.indices(len(rows))
        own = slice(min(start, of_pairs), min(stop, of_pairs))
        ids, mask, targets = self.pairs.batch(rows[:of_pairs], part=own)
        texts = self._texts(rows[max(start, of_pairs) : max(stop, of_pairs)])
        more = pad_batch(token_ids(self.tokenizer, texts, max_tokens=self.max_tokens), self._pad)
        if self.anchor is not None and self.anchor.targets is not None:
            chosen = rows[(rows >= first_anchor) & (rows < first_unpaired)] - first_anchor
            vectors = self.anchor.targets.vectors(self.anchor.target_rows[chosen])  # type: ignore[index]
            targets = torch.cat([targets, torch.from_numpy(vectors)])
        ids, mask = _one_width(ids, more[0], self._pad), _one_width(mask, more[1], 0)
        return ids.to(device), mask.to(device), targets.to(device)

    @property
    def _pad(self) -> int:
        return int(self.tokenizer.pad_token_id)  # type: ignore[arg-type]

    def _texts(self, rows: np.ndarray) -> list[str]:
        """Returns the texts of English captions, of which the rows are first, and unpaired ones."""
        first_anchor, first_unpaired = self.starts
        of_anchor = rows < first_unpaired
        texts: list[str] = []
        if self.anchor is not None:
            texts += self.anchor.read(rows[of_anchor] - first_anchor)
        if self.unpaired is not None:
            texts += self.unpaired.read(rows[~of_anchor] - first_unpaired)
        return texts


def _one_width(first: torch.Tensor, second: torch.Tensor, filler: int) -> torch.Tensor:
    """Returns the rows of both, the shorter ones filled up on the right."""
    width = max(first.shape[1], second.shape[1])
    parts = [
        torch.nn.functional.pad(p, (0, width - p.shape[1]), value=filler) for p in (first, second)
    ]
    return torch.cat(parts)
