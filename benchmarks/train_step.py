"""What a training step costs, one JSON object a line, in three parts.

"speed": our steps of an XLM-R with random weights beside a plain loop (fp32, captions padded to 77
tokens, the published losses by a Python loop over edges), with and without topology, interleaved.
bf16 is on where a CUDA device has it; on a CPU ask for it. Captions are random, see `step_cases`.
A row's `topology_share` is the part of the step that goes when only the point-wise term is left;
`loss_share` is that of its whole loss alone, forward and backward from vectors: more than topology
where the device works ahead of the host, but hardly any noise. `share_of_product`
relates 6 operations a token and parameter outside of the embeddings, padding not counted, to the
rate of a bare matrix product of the same precision in the same rounds: 1 is the floor. Memory
is that of weights, gradients, AdamW and the step: on CUDA the most that tensors took, on a CPU the
growth of a process of its own. The median over rounds counts.

"terms": what each topological term adds to a step of the embedded student, on the CPU.

"priors": a step of a student that starts from a pretrained encoder, by the part that is trained,
see `step_priors`.

    python benchmarks/train_step.py --batch-size 64 256 > rows.jsonl
    python benchmarks/train_step.py --shape large --device cuda --batch-size 64 256 1024 --rounds 20
    python benchmarks/train_step.py table rows.jsonl
    python benchmarks/train_step.py terms --batch-size 256 --rounds 30
    python benchmarks/train_step.py priors --batch-size 256 --rounds 5
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import torch
from shared.step_cases import SHAPES
from shared.step_priors import prior_records
from shared.step_speed import grown_bytes, speed_records, table_rows
from shared.step_terms import term_records


def main() -> None:
    options = parsed_options()
    torch.set_num_threads(options.threads)
    if options.part == "table":
        for row in table_rows(options.rows.read_text(encoding="utf-8").splitlines()):
            print(row)
        return
    if options.alone:
        print(json.dumps(grown_bytes(options)))
        return
    for batch_size in options.batch_size:
        for record in records_of(options, batch_size):
            print(json.dumps(record), flush=True)


def records_of(options: argparse.Namespace, batch_size: int) -> Iterable[dict[str, Any]]:
    """Returns the records of the part that was asked for."""
    if options.part == "terms":
        return term_records(batch_size, options.rounds)
    if options.part == "priors":
        return prior_records(batch_size, options.rounds, bf16=options.bf16)
    return speed_records(options, batch_size)


def parsed_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "part", nargs="?", choices=["speed", "terms", "priors", "table"], default="speed"
    )
    parser.add_argument("rows", nargs="?", type=Path, help="of table: a file of JSON lines")
    parser.add_argument("--shape", choices=list(SHAPES), default="tiny", help="of speed")
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu", help="of speed")
    parser.add_argument("--batch-size", type=int, nargs="+", default=[256])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--mean-tokens", type=float, default=13.0, help="of a caption")
    parser.add_argument("--bf16", action=argparse.BooleanOptionalAction)
    parser.add_argument("--compile", action="store_true", help="one more case: torch.compile")
    parser.add_argument("--alone", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.part == "table" and options.rows is None:
        parser.error("table needs the file of JSON lines that a run printed")
    if options.bf16 is None:
        options.bf16 = options.device == "cuda" and torch.cuda.is_bf16_supported()
    return options


if __name__ == "__main__":
    main()
