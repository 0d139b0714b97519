"""How often the intervals of a study over folds cover the truth, though training sets overlap.

Whole studies are simulated with the sizes of `studies/few_pairs`: concepts dealt into five folds, a
tenth of the training concepts drawn by each of five seeds, two ridge maps of different strength
fitted on the same draw, and the nearest of the fold's held-out concepts counted. The true gain is
the mean over all simulated studies, whose concepts are drawn anew.

    python benchmarks/study_calibration.py [--studies 400]
"""

from __future__ import annotations

import argparse

import numpy as np

from tomclip.data import load_emoji
from tomclip.studies.fold_tests import FoldTest, fold_test

WIDTH, NOISE = 24, 1.4
STRENGTHS = (0.02, 0.6)
FOLDS, SEEDS, SHARE = 5, 5, 0.1


def simulated_study(random: np.random.Generator, concepts: int, ratio: float) -> np.ndarray:
    """Returns the (folds, seeds) gains of one map over the other, in points of top-1."""
    truth = random.normal(size=(WIDTH, WIDTH)) / np.sqrt(WIDTH)
    features = random.normal(size=(concepts, WIDTH))
    targets = features @ truth + NOISE * random.normal(size=(concepts, WIDTH))
    folds = np.array_split(random.permutation(concepts), FOLDS)
    gains = np.empty((FOLDS, SEEDS))
    for fold, held_out in enumerate(folds):
        others = np.setdiff1d(np.arange(concepts), held_out)
        training = others[: round(len(held_out) / ratio)]
        for seed in range(SEEDS):
            drawn = random.choice(training, round(SHARE * len(training)), replace=False)
            scores = [
                top1(ridge(features[drawn], targets[drawn], strength), features, targets, held_out)
                for strength in STRENGTHS
            ]
            gains[fold, seed] = scores[1] - scores[0]
    return gains


def ridge(features: np.ndarray, targets: np.ndarray, strength: float) -> np.ndarray:
    """Returns the (width, width) map."""
    gram = features.T @ features / len(features) + strength * np.eye(WIDTH)
    return np.linalg.solve(gram, features.T @ targets / len(features))


def top1(found: np.ndarray, features: np.ndarray, targets: np.ndarray, asked: np.ndarray) -> float:
    """Returns the share of asked rows whose image is nearest to its own target, in per cent."""
    images, answers = features[asked] @ found, targets[asked]
    images = images / np.linalg.norm(images, axis=1, keepdims=True)
    answers = answers / np.linalg.norm(answers, axis=1, keepdims=True)
    return 100 * float(((images @ answers.T).argmax(axis=1) == np.arange(len(asked))).mean())


def main() -> None:
    """Prints the coverage of both intervals, and how often no gain is called one."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--studies", type=int, default=400, help="simulated studies")
    asked = parser.parse_args()
    splits = [load_emoji(fold=fold).splits for fold in range(FOLDS)]
    concepts = sum(map(len, splits[0].values()))
    ratio = float(np.mean([len(one["unseen"]) / len(one["train"]) for one in splits]))
    random = np.random.default_rng(0)
    gains = [simulated_study(random, concepts, ratio) for _ in range(asked.studies)]
    truth = float(np.mean(gains))
    tests = [fold_test(one, test_to_train=ratio) for one in gains]
    shifted = [fold_test(one - truth, test_to_train=ratio) for one in gains]
    deviation = np.std([one.gain for one in tests], ddof=1)
    print(f"{asked.studies} studies, {concepts} concepts, held out / training {ratio:.3f}")
    print(f"true gain {truth:.2f} points, deviation of a study's gain {deviation:.2f}")
    print(f"t interval covers it in {100 * covering(tests, truth, corrected=False):.1f} %")
    print(f"corrected interval in {100 * covering(tests, truth, corrected=True):.1f} %")
    wrong = np.mean([one.p_value < 0.05 for one in shifted])
    print(f"a gain of 0 has p below .05 in {100 * wrong:.1f} %")


def covering(tests: list[FoldTest], truth: float, *, corrected: bool) -> float:
    """Returns the share of intervals that hold the truth."""
    bounds = [
        (one.corrected_low, one.corrected_high) if corrected else (one.low, one.high)
        for one in tests
    ]
    return float(np.mean([low <= truth <= high for low, high in bounds]))


if __name__ == "__main__":
    main()
