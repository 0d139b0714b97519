"""Why a language is worse, class by class: accuracies, confusions, and the tree of the texts."""
