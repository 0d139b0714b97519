"""ToMCLIP Studio: topological alignment of multilingual vision-language encoders.

What one needs first is here, and is loaded when it is first asked for:

    import tomclip as tc

    student = tc.load_text_encoder("tomclip")
    french = student.embed_texts(tc.load_emoji().names["fr"], language="fr")
    diagrams = tc.persistence_diagrams(french)
    report = tc.evaluate("tomclip", tc.emoji_task())
"""

from typing import TYPE_CHECKING

from tomclip.core.lazy import lazy_names

if TYPE_CHECKING:
    from tomclip import (
        baselines,
        core,
        data,
        encoders,
        evaluation,
        export,
        figures,
        geometry,
        losses,
        runs,
        targets,
        topology,
        training,
    )
    from tomclip.baselines import fit_baseline
    from tomclip.config import TrainConfig, load_config, parse_config
    from tomclip.core.errors import TomclipError
    from tomclip.core.types import DistanceMatrix, Embeddings, PersistenceDiagram
    from tomclip.data import load_benchmark, load_emoji
    from tomclip.encoders import load_image_encoder, load_text_encoder
    from tomclip.evaluation import compare, emoji_task, evaluate
    from tomclip.geometry import distance_matrix, project
    from tomclip.losses import alignment_loss
    from tomclip.topology import (
        bottleneck_distance,
        persistence_diagrams,
        sliced_wasserstein_distance,
        wasserstein_distance,
    )
    from tomclip.training import resume, train

__version__ = "0.1.0"

__all__ = [
    "DistanceMatrix",
    "Embeddings",
    "PersistenceDiagram",
    "TomclipError",
    "TrainConfig",
    "__version__",
    "alignment_loss",
    "baselines",
    "bottleneck_distance",
    "compare",
    "core",
    "data",
    "distance_matrix",
    "emoji_task",
    "encoders",
    "evaluate",
    "evaluation",
    "export",
    "figures",
    "fit_baseline",
    "geometry",
    "load_benchmark",
    "load_config",
    "load_emoji",
    "load_image_encoder",
    "load_text_encoder",
    "losses",
    "parse_config",
    "persistence_diagrams",
    "project",
    "resume",
    "runs",
    "sliced_wasserstein_distance",
    "targets",
    "topology",
    "train",
    "training",
    "wasserstein_distance",
]

_PLACES = {
    "baselines": "",
    "core": "",
    "data": "",
    "encoders": "",
    "evaluation": "",
    "export": "",
    "figures": "",
    "geometry": "",
    "losses": "",
    "runs": "",
    "targets": "",
    "topology": "",
    "training": "",
    "DistanceMatrix": "core.types",
    "Embeddings": "core.types",
    "PersistenceDiagram": "core.types",
    "TomclipError": "core.errors",
    "TrainConfig": "config",
    "alignment_loss": "losses",
    "bottleneck_distance": "topology",
    "compare": "evaluation",
    "emoji_task": "evaluation",
    "distance_matrix": "geometry",
    "evaluate": "evaluation",
    "fit_baseline": "baselines",
    "load_benchmark": "data",
    "load_config": "config",
    "load_emoji": "data",
    "load_image_encoder": "encoders",
    "load_text_encoder": "encoders",
    "parse_config": "config",
    "persistence_diagrams": "topology",
    "project": "geometry",
    "resume": "training",
    "sliced_wasserstein_distance": "topology",
    "train": "training",
    "wasserstein_distance": "topology",
}

__getattr__, __dir__ = lazy_names(__name__, _PLACES)
