"""The teacher's image tower learns to put each drawing on its concept's name.

The text tower is frozen, so all names are there at once: every drawing chooses among all of them,
and beside that among the captions of its batch. A checkpoint is written every few minutes.
"""

from __future__ import annotations

import argparse
import copy
import time
from dataclasses import dataclass
from typing import Any

import open_clip
import torch
import torch.nn.functional as F

from teacher.checkpoints import checkpoint_path, load_checkpoint, save_checkpoint
from teacher.model import image_tower, keep_depthwise_whole
from teacher.pictures import Augmentation
from teacher.text_tower import contrast, decaying

SAVED_SECONDS = 180
SMALL_SIDE = 64
CAPTION_WEIGHT = 0.3
LABEL_SMOOTHING = 0.05
LARGEST_SCALE = 60.0


@dataclass(frozen=True, slots=True, eq=False)
class Lesson:
    """What is learnt: drawings of n concepts and the vectors of their captions.

    Attributes:
        pictures: (renderings, n, 4, side, side) uint8 RGBA.
        shares: (renderings, n) float32: how often each is taken against the others of its concept,
            0 where it is not drawn; at least two of each concept are.
        captions: (n, captions, d) unit vectors; the first is the name's.
    """

    pictures: torch.Tensor
    shares: torch.Tensor
    captions: torch.Tensor


class ImageTraining:
    """Training of the image tower, which goes on exactly where its last checkpoint stopped."""

    def __init__(
        self, model: open_clip.CLIP, lesson: Lesson, arguments: argparse.Namespace
    ) -> None:
        self.model, self.lesson, self.arguments = model, lesson, arguments
        self.step, self.seconds = 0, 0.0
        self.model.visual.to(memory_format=torch.channels_last)
        tower = image_tower(model)
        groups = [
            {"params": list(tower.trunk.parameters()), "lr": 8e-4},
            {"params": [*tower.head.parameters(), model.logit_scale], "lr": 2e-3},
        ]
        self.optimiser = torch.optim.AdamW(groups, weight_decay=0.05)
        self.schedule = decaying(self.optimiser, arguments.steps)
        self.average = copy.deepcopy(model)
        keep_depthwise_whole(model.visual)
        self.generator = torch.Generator().manual_seed(arguments.seed)
        self.checkpoint = checkpoint_path(arguments.output, "state.pt")
        self._parts = ("model", "average", "optimiser", "schedule")

    def resume(self) -> None:
        """Goes back to the last checkpoint of the same settings, where there is one."""
        state = load_checkpoint(self.checkpoint, self._settings())
        if state is None:
            return
        for part in self._parts:
            getattr(self, part).load_state_dict(state[part])
        self.generator.set_state(state["generator"])
        torch.set_rng_state(state["torch"])
        self.step, self.seconds = state["step"], state["seconds"]
        print(f"goes on at step {self.step}", flush=True)

    def finish(self) -> open_clip.CLIP:
        """Returns the running average of the weights after the last step."""
        begun = saved = time.monotonic()
        before = self.seconds
        steps = self.arguments.steps
        while self.step < steps:
            loss = self.take_step()
            self.seconds = before + time.monotonic() - begun
            if self.step % 50 == 0 or self.step == steps:
                print(f"step {self.step}: loss {loss:.3f}, {self.seconds:.0f} s", flush=True)
            if self.step == steps or time.monotonic() - saved > SAVED_SECONDS:
                self.save()
                saved = time.monotonic()
        return self.average.eval()

    def take_step(self) -> float:
        """Returns the loss before an update of the weights and of their average."""
        self.model.train()
        batch, rows, captions = self._batch()
        with torch.autocast("cpu", torch.bfloat16):
            features = self.model.encode_image(batch.contiguous(memory_format=torch.channels_last))
        images = F.normalize(features.float(), dim=-1)
        scale = self.model.logit_scale.exp().clamp(max=LARGEST_SCALE)
        logits = scale * images @ self.lesson.captions[:, 0].T
        loss = F.cross_entropy(logits, rows, label_smoothing=LABEL_SMOOTHING)
        loss = loss + CAPTION_WEIGHT * contrast(images, captions, scale)
        self.optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self._parameters(), 2.0)
        self.optimiser.step()
        self.schedule.step()
        update_average(
            self.average, self.model, decay=min(0.995, (self.step + 1) / (self.step + 10))
        )
        self.step += 1
        return loss.item()

    def _batch(self) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Returns augmented drawings, their concepts, and the vector of one caption of each."""
        lesson, generator = self.lesson, self.generator
        count = self.arguments.batch_size
        rows = torch.randperm(lesson.shares.shape[1], generator=generator)[:count]
        shares = lesson.shares[:, rows].T
        first, second = torch.multinomial(shares, 2, generator=generator).T
        small = self.step < self.arguments.small_steps
        side = SMALL_SIDE if small else self.arguments.image_size
        augment = Augmentation(generator, side=side)
        batch = augment(lesson.pictures[first, rows], lesson.pictures[second, rows])
        which = torch.randint(lesson.captions.shape[1], (len(rows),), generator=generator)
        return batch, rows, lesson.captions[rows, which]

    def _parameters(self) -> list[torch.nn.Parameter]:
        return [p for group in self.optimiser.param_groups for p in group["params"]]

    def _settings(self) -> dict[str, Any]:
        names = ("space", "strict", "steps", "small_steps", "batch_size", "image_size", "seed")
        settings = {name: getattr(self.arguments, name) for name in names}
        settings["drawings"] = int((self.lesson.shares > 0).sum())
        return settings

    def save(self) -> None:
        """Writes all that an exact resume needs."""
        state = {part: getattr(self, part).state_dict() for part in self._parts}
        state |= {"generator": self.generator.get_state(), "torch": torch.get_rng_state()}
        state |= {"step": self.step, "seconds": self.seconds}
        save_checkpoint(self.checkpoint, state, self._settings())


@torch.no_grad()
def update_average(average: open_clip.CLIP, model: open_clip.CLIP, *, decay: float) -> None:
    """Moves the average's weights and batch statistics towards the model's."""
    for kept, new in zip(average.state_dict().values(), model.state_dict().values(), strict=True):
        if kept.is_floating_point():
            kept.lerp_(new, 1 - decay)
        else:
            kept.copy_(new)
