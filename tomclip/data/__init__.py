"""Data sets, benchmarks and languages."""

from tomclip.core.languages import Language, language, languages, prompted
from tomclip.data.benchmarks.base import (
    Benchmark,
    Caption,
    ClassificationBenchmark,
    RetrievalBenchmark,
)
from tomclip.data.benchmarks.info import BenchmarkCheck, BenchmarkInfo, Findings, Source
from tomclip.data.benchmarks.registry import (
    BENCHMARKS,
    benchmark_directory,
    benchmark_info,
    benchmark_state,
    check_benchmark,
    load_benchmark,
)
from tomclip.data.emoji import EmojiDataset, load_emoji
from tomclip.data.pictures import PictureFiles

__all__ = [
    "BENCHMARKS",
    "Benchmark",
    "BenchmarkCheck",
    "BenchmarkInfo",
    "Caption",
    "ClassificationBenchmark",
    "EmojiDataset",
    "Findings",
    "Language",
    "PictureFiles",
    "RetrievalBenchmark",
    "Source",
    "benchmark_directory",
    "benchmark_info",
    "benchmark_state",
    "check_benchmark",
    "language",
    "languages",
    "load_benchmark",
    "load_emoji",
    "prompted",
]
