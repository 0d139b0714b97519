"""torch.compile where it works, and the student as it is where it does not."""

from __future__ import annotations

import logging

import torch

from tomclip.core.errors import first_line
from tomclip.encoders.student.encoder import StudentModel
from tomclip.training.seeding import undisturbed_generators

_LOGGER = logging.getLogger(__name__)


def compile_student(model: StudentModel, device: str) -> str | None:
    """Compiles the backbone in place for batches of any size; returns why it could not, or None.

    It is tried at once, forward and backward, on texts of two lengths. Dropout draws from torch's
    generator as without compilation, so that pieces of a batch can be embedded a second time.
    """
    try:
        model.backbone.compile(dynamic=True, options={"fallback_random": True})
        with undisturbed_generators():
            for tokens in (5, 9):
                ids = torch.full((4, tokens), 5, device=device)
                model(ids, torch.ones_like(ids)).sum().backward()
    except Exception as error:  # whatever the compiler and its own compilers raise
        reason = f"{type(error).__name__}: {first_line(error)}"
        _LOGGER.warning("the student is not compiled, training goes on without: %s", reason)
        model.backbone._compiled_call_impl = None
        return reason
    finally:
        model.zero_grad(set_to_none=True)
    return None
