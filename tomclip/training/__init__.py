"""Trains a multilingual student to take its teacher's points and shape."""

from tomclip.training.loop import resume, train
from tomclip.training.worker import Probe, TrainingResult

__all__ = ["Probe", "TrainingResult", "resume", "train"]
