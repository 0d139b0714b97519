"""Trains a multilingual student to take its teacher's points and shape."""

from tomclip.training.hardware.distributed import launched_as_main
from tomclip.training.probe import Probe
from tomclip.training.start import resume, train
from tomclip.training.worker.result import TrainingResult

__all__ = ["Probe", "TrainingResult", "launched_as_main", "resume", "train"]
