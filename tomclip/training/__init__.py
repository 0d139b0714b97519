"""Trains a multilingual student to take its teacher's points and shape."""

from tomclip.training.loop import Probe, TrainingResult, resume, train

__all__ = ["Probe", "TrainingResult", "resume", "train"]
