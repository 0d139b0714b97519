"""Data sets, benchmarks and languages."""

from tomclip.data.benchmark import (
    Benchmark,
    Caption,
    ClassificationBenchmark,
    RetrievalBenchmark,
)
from tomclip.data.benchmark_info import (
    BenchmarkCheck,
    BenchmarkInfo,
    Findings,
    Source,
)
from tomclip.data.benchmarks import (
    BENCHMARKS,
    benchmark_directory,
    benchmark_info,
    benchmark_state,
    check_benchmark,
    load_benchmark,
)
from tomclip.data.emoji import EmojiDataset, load_emoji
from tomclip.data.languages import Language, language, languages, prompted
from tomclip.data.picture_files import PictureFiles

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
