"""One pass over all texts for all cues, and the rules that hold where they were found.

The distinct texts (clauses, headings, titles, neighbours) are joined with newlines, which no cue contains, and
scanned once. A match is given to its text by binary search; whether its rule holds there (place, genre, longer word
around it) is decided on whole columns.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

import numpy as np
import numpy.typing as npt

from schemas.vocabularies import AXES
from transforms.classify.codebook import Codebook
from transforms.classify.normal import ORDINAL, normal
from transforms.classify.rules import PLACES, Bools, Ints, Rule, genre_bit

_HIDDEN = re.compile(r"《[^《》\n]{1,80}》|“[^“”\n，。；！？]{1,16}”|「[^「」\n，。；]{1,16}」|‘[^‘’\n，。；]{1,16}’")
_NUMBERED = re.compile(rf"(?<=\n){ORDINAL}")
_SEGMENT_MARKS = "，；：。！？\n"
_END_MARKS = "。；！？：，”、）…\n "


@dataclass(frozen=True, slots=True)
class Hits:
    """Rules that hold, one entry for each rule and text, the first place kept; sorted by text.

    Attributes:
        unit: Number of the text.
        rule: Number of the rule in the codebook.
        start: First character, counted in the text.
        end: After the last character.

    """

    unit: Ints
    rule: Ints
    start: Ints
    end: Ints


@lru_cache(maxsize=4)
def predicate_pattern(
    subjects: tuple[str, ...], adverbs: tuple[str, ...], connectives: tuple[str, ...]
) -> re.Pattern[str]:
    """Compile what may stand between the start of a segment and its main verb."""
    link, subject, adverb = (_alternatives(words) for words in (connectives, subjects, adverbs))
    return re.compile(
        rf"(?:(?<=[\n，；：。！？])|(?<=[）]))(?:{ORDINAL})?(?:{link})?，?(?:[^\n，；：。！？]{{0,12}}?{subject})?(?:{adverb})*",
    )


def _alternatives(words: tuple[str, ...]) -> str:
    """Any of the words, the longest first; a look at the first character spares trying them one by one."""
    if not words:
        return "(?!)"
    firsts = "".join(sorted({re.escape(word[0]) for word in words}))
    return rf"(?=[{firsts}])(?:{'|'.join(sorted(map(re.escape, words), key=len, reverse=True))})"


def scan(texts: Iterable[str], genres: Iterable[str], codebook: Codebook) -> Hits:
    """Find every rule that holds in every text.

    Args:
        texts: Reading texts; those of a clause, a heading, a title alike.
        genres: Genre of the document of each text.
        codebook: Codebook.

    """
    columns = codebook.columns
    listed = [normal(text) for text in texts]
    buffer = "\n" + "\n".join(listed) + "\n"
    codes = np.frombuffer(buffer.encode("utf-32-le"), np.uint32)
    lengths = np.fromiter(map(len, listed), np.int64, len(listed))
    begins = 1 + np.concatenate(([0], np.cumsum(lengths + 1)[:-1])) if listed else np.zeros(0, np.int64)
    found = codebook.automaton.find_matches_as_indexes(buffer, overlapping=True)
    empty = np.zeros(0, np.int64)
    if not found:
        return Hits(empty, empty, empty, empty)
    matches = np.fromiter(chain.from_iterable(found), np.int64, 3 * len(found)).reshape(-1, 3)
    pattern, start, end = matches[:, 0], matches[:, 1], matches[:, 2]
    unit = np.searchsorted(begins, start, "right") - 1
    named = list(genres)
    bits = {genre: genre_bit(genre) for genre in set(named)}
    masks = np.fromiter((bits[genre] for genre in named), np.int64, len(listed))

    counts = columns.pointer[pattern + 1] - columns.pointer[pattern]
    which = np.repeat(np.arange(len(pattern)), counts)
    within = np.arange(len(which)) - np.repeat(np.cumsum(counts) - counts, counts)
    rule = columns.by_pattern[columns.pointer[pattern[which]] + within]
    unit_r, start_r, end_r = unit[which], start[which], end[which]

    keep = (columns.genres[rule] & masks[unit_r]) != 0
    keep &= _in_place(buffer, codes, begins, lengths, codebook, columns.place[rule], unit_r, start_r, end_r)
    keep &= _not_hidden(buffer, columns.axis[rule] == AXES.index("modality"), start_r)
    keep &= _not_nested(columns.source[rule] < 0, start_r, end_r)
    rule, unit_r, start_r, end_r = rule[keep], unit_r[keep], start_r[keep], end_r[keep]

    if not len(rule):
        return Hits(empty, empty, empty, empty)
    keep = _not_inside_longer(buffer, codebook.rules, columns.guarded[rule], rule, start_r)
    keep &= _second_part(columns.second[rule], pattern, unit, start, end, unit_r, end_r)
    axis_first = np.where(columns.place[rule] == PLACES.index("first"), columns.axis[rule], -1)
    keep &= _is_first(axis_first, unit_r, start_r, end_r, keep)
    rule, unit_r, start_r, end_r = rule[keep], unit_r[keep], start_r[keep], end_r[keep]

    order = np.lexsort((start_r, rule, unit_r))
    rule, unit_r, start_r, end_r = rule[order], unit_r[order], start_r[order], end_r[order]
    if len(rule):
        new = np.concatenate(([True], (rule[1:] != rule[:-1]) | (unit_r[1:] != unit_r[:-1])))
        rule, unit_r, start_r, end_r = rule[new], unit_r[new], start_r[new], end_r[new]
    return Hits(unit_r, rule, start_r - begins[unit_r], end_r - begins[unit_r])


def _is_one_of(codes: npt.NDArray[np.uint32], characters: str) -> Bools:
    table = np.zeros(0x10000, np.bool_)
    table[[ord(c) for c in characters]] = True
    return table[np.minimum(codes, 0xFFFF)]


def _in_place(
    buffer: str,
    codes: npt.NDArray[np.uint32],
    begins: Ints,
    lengths: Ints,
    codebook: Codebook,
    place: Ints,
    unit: Ints,
    start: Ints,
    end: Ints,
) -> Bools:
    """Whether each match stands where its rule wants it."""
    segment = _is_one_of(codes, _SEGMENT_MARKS)
    at_segment = np.concatenate(([False], segment))
    at_predicate = at_segment.copy()
    at_start = np.zeros(len(codes) + 1, np.bool_)
    at_start[begins] = True
    numbered = [found.end() for found in _NUMBERED.finditer(buffer)]
    at_start[numbered] = at_segment[numbered] = at_predicate[numbered] = True
    words = codebook.words
    pattern = predicate_pattern(words["subject"], words["adverb"], words["connective"])
    at_predicate[[found.end() for found in pattern.finditer(buffer)]] = True
    # A match is at the end when nothing but closing marks follows it in its text.
    closing = _is_one_of(codes, _END_MARKS)
    last = begins + lengths - 1
    stop = last.copy()
    for _ in range(4):
        stop = np.where((stop >= begins) & closing[np.maximum(stop, 0)], stop - 1, stop)
    result = np.ones(len(place), np.bool_)
    for name, allowed in (
        ("start", at_start[start]),
        ("segment", at_segment[start]),
        ("first", at_predicate[start]),
        ("end", end > stop[unit]),
        ("tail", end > last[unit]),
    ):
        wanted = place == PLACES.index(name)
        result[wanted] = allowed[wanted]
    return result


def _not_hidden(buffer: str, modal: Bools, start: Ints) -> Bools:
    """Operators inside 《》 or a quoted term name something; they order nothing."""
    hidden = np.zeros(len(buffer), np.bool_)
    for found in _HIDDEN.finditer(buffer):
        hidden[found.start() : found.end()] = True
    return ~(modal & hidden[start])


def _not_nested(wide: Bools, start: Ints, end: Ints) -> Bools:
    """Of theme words inside one another only the longest counts: 民政 inside 人民政府 says nothing."""
    keep = np.ones(len(wide), np.bool_)
    rows = np.flatnonzero(wide)
    if not len(rows):
        return keep
    order = rows[np.lexsort((-end[rows], start[rows]))]
    first = np.concatenate(([True], (np.diff(start[order]) != 0) | (np.diff(end[order]) != 0)))
    group = np.cumsum(first) - 1
    ends = end[order][first]
    reach = np.concatenate(([-1], np.maximum.accumulate(ends)[:-1]))
    keep[order] = (ends > reach)[group]
    return keep


def _not_inside_longer(buffer: str, rules: tuple[Rule, ...], guarded: Bools, rule: Ints, start: Ints) -> Bools:
    """Refuse matches that are only a piece of one of the longer words that their rule excludes."""
    keep = np.ones(len(rule), np.bool_)
    rows = np.flatnonzero(guarded)
    begins_with = buffer.startswith
    for row, number, at in zip(rows.tolist(), rule[rows].tolist(), start[rows].tolist(), strict=True):
        for word, offset in rules[number].unless:
            if at >= offset and begins_with(word, at - offset):
                keep[row] = False
                break
    return keep


def _second_part(second: Ints, pattern: Ints, unit: Ints, start: Ints, end: Ints, unit_r: Ints, end_r: Ints) -> Bools:
    """For cues A…B: whether B follows in the same text; the end of the match becomes the end of B."""
    keep = np.ones(len(second), np.bool_)
    rows = np.flatnonzero(second >= 0)
    if not len(rows):
        return keep
    span = int(unit.max()) + 1
    key = pattern * span + unit
    order = np.lexsort((start, key))
    sorted_key, sorted_start, sorted_end = key[order], start[order], end[order]
    wanted = second[rows] * span + unit_r[rows]
    last = np.searchsorted(sorted_key, wanted, "right") - 1
    ok = (last >= 0) & (sorted_key[np.maximum(last, 0)] == wanted) & (sorted_start[np.maximum(last, 0)] >= end_r[rows])
    keep[rows] = ok
    end_r[rows[ok]] = sorted_end[last[ok]]
    return keep


def _is_first(axis_first: Ints, unit: Ints, start: Ints, end: Ints, alive: Bools) -> Bools:
    """Of the main-verb cues of an axis in a text only the first counts, and of those that begin there the longest."""
    keep = np.ones(len(axis_first), np.bool_)
    rows = np.flatnonzero((axis_first >= 0) & alive)
    if not len(rows):
        return keep
    order = rows[np.lexsort((-end[rows], start[rows], axis_first[rows], unit[rows]))]
    key = unit[order] * 8 + axis_first[order]
    head = np.concatenate(([True], key[1:] != key[:-1]))
    group = np.cumsum(head) - 1
    best_start, best_end = start[order][head][group], end[order][head][group]
    keep[order] = (start[order] == best_start) & (end[order] == best_end)
    return keep
