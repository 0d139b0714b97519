"""Keeps the best score so far and says when to give up."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class EarlyStopping:
    """Higher is better. `patience` validations without a new best end training; 0: never."""

    patience: int
    best_score: float = float("-inf")
    best_step: int = 0
    without_best: int = 0

    def update(self, score: float, step: int) -> bool:
        """Returns whether `score` is a new best. A NaN never is."""
        if score > self.best_score:
            self.best_score, self.best_step, self.without_best = score, step, 0
            return True
        self.without_best += 1
        return False

    @property
    def exhausted(self) -> bool:
        """Whether patience has run out."""
        return 0 < self.patience <= self.without_best
