"""Trains a multilingual student to take its teacher's points and shape."""

from tomclip.training.loop import resume, train
from tomclip.training.probe import Probe
from tomclip.training.worker import TrainingResult

__all__ = ["Probe", "TrainingResult", "resume", "train"]
