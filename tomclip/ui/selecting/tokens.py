"""A selection as it stands in a link: packed, with its data set, and read back exactly.

A token is form, language, size of a merge's first group, packing, packed items and data set, with ~
between. Items are packed as a bitmap over the data set's own order, which holds a digest of it; as
their ids; or, where both are too long for a link, as the name of a file that keeps them.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from tomclip.core.errors import InputError, TomclipError
from tomclip.ui.selecting.item_sets import ItemSelection
from tomclip.ui.view_state.kinds import Reading

LONGEST = 1_800
"""Characters of a token that a link can hold: longer addresses are cut short on their way."""
MOST_BYTES = 2_000_000
DIGITS = 10
BITMAP, IDS, FILE = "b", "i", "f"
SHOWN_IDS, SHOWN_CHARACTERS = 3, 40
DAMAGED = "The link's selection is damaged or cut short, so nothing is selected; copy it whole."


@dataclass(frozen=True)
class ItemOrder:
    """The items of a data set in its own order.

    Attributes:
        data: name of the data set.
        ids: of all its items.
    """

    data: str
    ids: tuple[str, ...]

    @cached_property
    def places(self) -> dict[str, int]:
        """The place of every item by its id."""
        return {one: place for place, one in enumerate(self.ids)}

    @cached_property
    def digest(self) -> str:
        """What changes when the items or their order change."""
        return hashlib.sha256(json.dumps(self.ids).encode()).hexdigest()[:DIGITS]


def written(
    selection: ItemSelection, order: ItemOrder, keep: Callable[[ItemSelection], str]
) -> str:
    """Returns the token of a selection.

    Args:
        selection: at least one item.
        order: of the data set that the items are of.
        keep: keeps a large selection in a file and returns its name.
    """
    packings = {IDS: _packed(json.dumps(selection.ids, ensure_ascii=False).encode())}
    places = [order.places[one] for one in selection.ids if one in order.places]
    if len(places) == len(selection) and places == sorted(places):
        packings[BITMAP] = order.digest + _packed(_bitmap(places, len(order.ids)))
    packing = min(packings, key=lambda one: len(packings[one]))
    items = packings[packing]
    if len(items) > LONGEST:
        packing, items = FILE, keep(selection)
    first = str(selection.first or "")
    return "~".join((selection.form, selection.language, first, packing, items, order.data))


def read(
    text: str, order: ItemOrder, kept: Callable[[str], ItemSelection]
) -> Reading[ItemSelection]:
    """Returns the selection of a token, or a sentence that says why it cannot be shown.

    Args:
        text: what stands in the link; whatever it is, no error is raised.
        order: of the data set that is shown.
        kept: returns the selection kept in a file of this name, or raises TomclipError.
    """
    parts = text.split("~", 5)
    if len(parts) < 6:
        return Reading(None, DAMAGED)
    form, language, first, packing, items, data = parts
    if data != order.data:
        return Reading(
            None,
            f"The link selects items of {_quoted(data)}, and {_quoted(order.data)} is shown: "
            "nothing is selected.",
        )
    try:
        if packing == FILE:
            return _of_those_there(kept(items), order)
        if packing == BITMAP and items[:DIGITS] != order.digest:
            return Reading(
                None,
                f"The items of {_quoted(data)} have changed since the link was made: nothing is "
                "selected.",
            )
        ids = _unpacked_ids(packing, items, order)
        found = ItemSelection(ids, form, language, int(first or 0))  # type: ignore[arg-type]
    except TomclipError as error:
        return Reading(None, str(error) if packing == FILE else DAMAGED)
    except (ValueError, TypeError, zlib.error):
        return Reading(None, DAMAGED)
    return _of_those_there(found, order)


def _of_those_there(found: ItemSelection, order: ItemOrder) -> Reading[ItemSelection]:
    missing = [one for one in found.ids if one not in order.places]
    if not missing:
        return Reading(found)
    some = ", ".join(map(_quoted, missing[:SHOWN_IDS]))
    more = len(missing) - SHOWN_IDS
    return Reading(
        found.among(order.places),
        f"Of the {len(found):,} items that the link selects, {_quoted(order.data)} has not "
        f"{some}{f' and {more:,} more' if more > 0 else ''}; the others are selected.",
    )


def _unpacked_ids(packing: str, items: str, order: ItemOrder) -> tuple[str, ...]:
    if packing == BITMAP:
        bits = np.unpackbits(np.frombuffer(_unpacked(items[DIGITS:]), dtype=np.uint8))
        return tuple(order.ids[place] for place in np.flatnonzero(bits[: len(order.ids)]))
    if packing != IDS:
        raise InputError(f"{packing!r} is no packing")
    ids = json.loads(_unpacked(items))
    if not isinstance(ids, list) or not all(isinstance(one, str) for one in ids):
        raise InputError("the ids are no list of texts")
    return tuple(ids)


def _bitmap(places: list[int], count: int) -> bytes:
    bits = np.zeros(count, dtype=np.uint8)
    bits[places] = 1
    return np.packbits(bits).tobytes()


def _packed(content: bytes) -> str:
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = packer.compress(content) + packer.flush()
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def _unpacked(text: str) -> bytes:
    """Returns what was packed; at most 2 MB, whatever a link claims to hold."""
    try:
        packed = base64.b64decode(text + "=" * (-len(text) % 4), altchars="-_", validate=True)
    except binascii.Error as error:
        raise InputError("this is no packed text") from error
    opener = zlib.decompressobj(-zlib.MAX_WBITS)
    content = opener.decompress(packed, MOST_BYTES)
    if opener.unconsumed_tail or not opener.eof:
        raise InputError("the packed text is too long, or not whole")
    return content


def _quoted(text: str) -> str:
    return f"'{text[:SHOWN_CHARACTERS]}'"
