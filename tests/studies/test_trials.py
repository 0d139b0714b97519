"""Trials of the study that ships: each has a name that its configuration accepts and no other."""

from __future__ import annotations

from tomclip.config.fields import LONGEST_NAME
from tomclip.studies.study import read_fold_study, study_file
from tomclip.studies.trials import groups_of, trials_of


def test_every_trial_of_the_study_that_ships_has_a_name_of_its_own() -> None:
    study = read_fold_study(study_file("few_pairs"))
    names = [t.name for group in groups_of(study) for t in trials_of(study, group, {})]
    assert len(names) == len(set(names))
    assert max(map(len, names)) == LONGEST_NAME, "long titles are shortened, and no further"
