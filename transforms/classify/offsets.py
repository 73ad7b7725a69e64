"""From the reading text of a clause back to the canonical text of its document."""

from collections.abc import Sequence


def canonical(text: str, raw: str, fragments: Sequence[tuple[int, int]]) -> Sequence[int] | None:
    """Canonical offset of every character of a clause's reading text, or None where the map is not certain.

    Args:
        text: Reading text.
        raw: The fragments as printed, concatenated.
        fragments: (start, end) in the canonical text, in reading order.

    Returns:
        One offset for each character of `text`. The map is certain when the two texts differ only by white space that
        was dropped and by characters replaced one for one.

    """
    if len(raw) != sum(end - start for start, end in fragments):
        return None
    if len(text) == len(raw) and len(fragments) == 1:
        return range(fragments[0][0], fragments[0][1])
    places = [i for start, end in fragments for i in range(start, end)]
    if len(text) == len(raw):
        return places
    found: list[int] = []
    j = 0
    for character in text:
        while j < len(raw) and raw[j].isspace() and not character.isspace():
            j += 1
        if j == len(raw):
            return None
        found.append(places[j])
        j += 1
    return found if not raw[j:].strip() else None


def mapped(places: Sequence[int] | None, start: int, end: int, hull: tuple[int, int]) -> tuple[int, int]:
    """Canonical range of [start, end) of the reading text; the hull of the clause where the map is not certain."""
    if places is None or not 0 <= start < end <= len(places):
        return hull
    return places[start], places[end - 1] + 1
