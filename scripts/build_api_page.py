"""Writes docs/api.md from the docstrings: `python scripts/build_api_page.py`.

One source for shapes, units, errors and references. With `--check` nothing is written, and the exit
status is 1 when the page is behind the code.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

import griffe

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "api.md"
MODULES = ("losses", "topology", "geometry", "core.types")
MOST_COLUMNS = 88  # of a signature on one line
LEAD = """# API

The library under the studio: every public name of `tomclip.losses`, `tomclip.topology` and
`tomclip.geometry`, and the types they share, with shapes, units, errors and sources. Written by
`python scripts/build_api_page.py` from the docstrings.

Conventions: `n` points of `d` dimensions are an array (n, d). A filtration value is a distance in
the unit of the metric: 1 - cosine similarity, in [0, 2], or Euclidean length. `InputError` is a
`tomclip.core.errors.TomclipError` whose text says what came, what is accepted and what to do.
"""


def page() -> str:
    """Returns the whole page as Markdown."""
    package = griffe.load("tomclip", search_paths=[ROOT], docstring_parser="google")
    sections = [LEAD]
    for name in MODULES:
        sections.append("\n".join(_module(package[name])))
    return "\n".join(sections)


def _module(module: griffe.Module) -> Iterator[str]:
    yield f"## tomclip.{module.name}\n"
    yield f"{_text(module)}\n"
    classes = [name for name, own in module.members.items() if not own.is_alias and own.is_class]
    for name in sorted(map(str, module.exports or classes), key=str.lower):
        member = module[name]
        yield from _member(name, member.final_target if member.is_alias else member)


def _member(name: str, member: griffe.Object) -> Iterator[str]:
    yield f"### {name}\n"
    if isinstance(member, griffe.Function):
        yield f"```python\n{_signature(name, member.parameters, member.returns)}\n```\n"
    elif isinstance(member, griffe.Class):
        yield f"```python\n{_signature(name, member.parameters, None)}\n```\n"
    yield from _docstring(member)
    if isinstance(member, griffe.Class):
        yield from _members_of_class(member)


def _members_of_class(member: griffe.Class) -> Iterator[str]:
    """Yields a line per documented public method or property."""
    lines = [
        f"- `.{name}{_arguments(inner)}`: {_first_paragraph(inner)}"
        for name, inner in member.members.items()
        if not name.startswith("_") and not inner.is_alias and inner.docstring
    ]
    if lines:
        yield "\n".join(lines) + "\n"


def _arguments(member: griffe.Object | griffe.Alias) -> str:
    if not isinstance(member, griffe.Function):
        return ""
    names = [parameter.name for parameter in member.parameters if parameter.name != "self"]
    return f"({', '.join(names)})"


def _first_paragraph(member: griffe.Object | griffe.Alias) -> str:
    assert member.docstring is not None
    return " ".join(member.docstring.value.split("\n\n")[0].split())


def _signature(name: str, parameters: griffe.Parameters, returns: object) -> str:
    arrow = f" -> {returns}" if returns is not None else ""
    shown = list(_parameters(parameters))
    line = f"{name}({', '.join(shown)}){arrow}"
    if len(line) <= MOST_COLUMNS:
        return line
    return f"{name}(\n    " + ",\n    ".join(shown) + f",\n){arrow}"


def _parameters(parameters: griffe.Parameters) -> Iterator[str]:
    starred = False
    for parameter in parameters:
        if parameter.name == "self":
            continue
        if parameter.kind is griffe.ParameterKind.keyword_only and not starred:
            starred = True
            yield "*"
        annotation = f": {parameter.annotation}" if parameter.annotation is not None else ""
        default = f" = {parameter.default}" if parameter.default is not None else ""
        yield f"{parameter.name}{annotation}{default}"


def _docstring(member: griffe.Object) -> Iterator[str]:
    """Yields the docstring's sections as Markdown."""
    _text(member)
    for section in member.docstring.parsed if member.docstring else []:
        value = section.value
        match section.kind:
            case griffe.DocstringSectionKind.text:
                yield f"{value}\n"
            case griffe.DocstringSectionKind.parameters:
                yield "**Arguments**\n"
                yield "\n".join(f"- `{item.name}`: {_line(item)}" for item in value) + "\n"
            case griffe.DocstringSectionKind.returns:
                yield f"**Returns** {' '.join(map(_line, value))}\n"
            case griffe.DocstringSectionKind.raises:
                told = "; ".join(f"`{item.annotation}` {_line(item)}" for item in value)
                yield f"**Raises** {told}\n"
            case griffe.DocstringSectionKind.admonition:
                yield f"**{section.title}** {' '.join(value.contents.split())}\n"
            case other:
                raise SystemExit(f"{member.path}: the page has no form for a section '{other}'")


def _line(item: griffe.DocstringElement) -> str:
    return " ".join(item.description.split())


def _text(member: griffe.Object) -> str:
    if member.docstring is None:
        raise SystemExit(f"{member.path} is public and has no docstring; say what it is")
    return member.docstring.value


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="only say whether the page is new")
    check = parser.parse_args().check
    text = page()
    if not check:
        PAGE.write_text(text, encoding="utf-8")
    elif not PAGE.is_file() or PAGE.read_text(encoding="utf-8") != text:
        sys.exit("docs/api.md is behind the docstrings; run python scripts/build_api_page.py")


if __name__ == "__main__":
    main()
