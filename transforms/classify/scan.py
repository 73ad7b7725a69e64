"""One pass over all texts for all cues, and the rules that hold where they were found.

The distinct texts (clauses, headings, titles, neighbours) are joined with newlines, which no cue contains, and
scanned once.
A match is given to its text by binary search; whether its rule holds there (place, genre, longer word around it) is
decided
on whole arrays.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from schemas.vocabularies import GENRES
from transforms.classify.codebook import PLACES, Codebook, Rule
from transforms.classify.normal import ORDINAL, normal

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

_HIDDEN = re.compile(r"《[^《》\n]{1,80}》|“[^“”\n，。；！？]{1,16}”|「[^「」\n，。；]{1,16}」|‘[^‘’\n，。；]{1,16}’")
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


@dataclass(frozen=True, slots=True)
class RuleArrays:
    """The codebook's rules as columns."""

    pointer: Ints
    by_pattern: Ints
    second: Ints
    place: Ints
    genres: Ints
    axis_first: Ints


def genre_bit(genre: str) -> int:
    """Bit of a genre in the masks of `RuleArrays.genres`; an unknown one counts as other."""
    return 1 << (GENRES.index(genre) if genre in GENRES else GENRES.index("other"))


def rule_arrays(codebook: Codebook) -> RuleArrays:
    """Columns of the rules, and for each pattern the rules that begin with it."""
    number = {pattern: i for i, pattern in enumerate(codebook.patterns)}
    first = np.array([number[r.parts[0]] for r in codebook.rules], np.int64)
    order = np.argsort(first, kind="stable")
    pointer = np.searchsorted(first[order], np.arange(len(codebook.patterns) + 1))
    axes = tuple(codebook.labels)
    return RuleArrays(
        pointer=pointer.astype(np.int64),
        by_pattern=order.astype(np.int64),
        second=np.array([number[r.parts[1]] if len(r.parts) > 1 else -1 for r in codebook.rules], np.int64),
        place=np.array([PLACES.index(r.place) if r.place in PLACES else 0 for r in codebook.rules], np.int64),
        genres=np.array([sum(map(genre_bit, r.genres)) or -1 for r in codebook.rules], np.int64),
        axis_first=np.array([axes.index(r.axis) if r.place == "first" else -1 for r in codebook.rules], np.int64),
    )


@lru_cache(maxsize=4)
def predicate_pattern(
    subjects: tuple[str, ...], adverbs: tuple[str, ...], connectives: tuple[str, ...]
) -> re.Pattern[str]:
    """Compile what may stand between the start of a segment and its main verb."""
    groups = [sorted(map(re.escape, words), key=len, reverse=True) for words in (connectives, subjects, adverbs)]
    link, subject, adverb = ("|".join(words) for words in groups)
    return re.compile(
        rf"(?:(?<=[\n，；：。！？])|(?<=[）]))(?:{ORDINAL})?(?:{link})?，?(?:[^\n，；：。！？]{{0,12}}?(?:{subject}))?(?:{adverb})*",
    )


def scan(texts: Iterable[str], genres: Iterable[str], codebook: Codebook, arrays: RuleArrays) -> Hits:
    """Find every rule that holds in every text.

    Args:
        texts: Reading texts; those of a clause, a heading, a title alike.
        genres: Genre of the document of each text.
        codebook: Codebook.
        arrays: `rule_arrays(codebook)`.

    """
    listed = [normal(text) for text in texts]
    buffer = "\n" + "\n".join(listed) + "\n"
    codes = np.frombuffer(buffer.encode("utf-32-le"), np.uint32)
    lengths = np.fromiter(map(len, listed), np.int64, len(listed))
    begins = 1 + np.concatenate(([0], np.cumsum(lengths + 1)[:-1])) if listed else np.zeros(0, np.int64)
    found = codebook.automaton.find_matches_as_indexes(buffer, overlapping=True)
    empty = np.zeros(0, np.int64)
    if not found:
        return Hits(empty, empty, empty, empty)
    matches = np.array(found, np.int64)
    pattern, start, end = matches[:, 0], matches[:, 1], matches[:, 2]
    unit = np.searchsorted(begins, start, "right") - 1
    masks = np.fromiter(map(genre_bit, genres), np.int64, len(listed))

    counts = arrays.pointer[pattern + 1] - arrays.pointer[pattern]
    which = np.repeat(np.arange(len(pattern)), counts)
    within = np.arange(len(which)) - np.repeat(np.cumsum(counts) - counts, counts)
    rule = arrays.by_pattern[arrays.pointer[pattern[which]] + within]
    unit_r, start_r, end_r = unit[which], start[which], end[which]

    keep = (arrays.genres[rule] & masks[unit_r]) != 0
    keep &= _in_place(buffer, codes, begins, lengths, codebook, arrays.place[rule], unit_r, start_r, end_r)
    keep &= _not_hidden(buffer, codebook, rule, start_r)
    keep &= _not_nested(codebook.rules, rule, start_r, end_r)
    rule, unit_r, start_r, end_r = rule[keep], unit_r[keep], start_r[keep], end_r[keep]

    if not len(rule):
        return Hits(empty, empty, empty, empty)
    keep = _not_inside_longer(codes, codebook.rules, rule, start_r)
    keep &= _second_part(arrays.second[rule], pattern, unit, start, end, unit_r, end_r)
    keep &= _is_first(arrays.axis_first[rule], unit_r, start_r, end_r, keep)
    rule, unit_r, start_r, end_r = rule[keep], unit_r[keep], start_r[keep], end_r[keep]

    order = np.lexsort((start_r, rule, unit_r))
    rule, unit_r, start_r, end_r = rule[order], unit_r[order], start_r[order], end_r[order]
    if len(rule):
        new = np.concatenate(([True], (rule[1:] != rule[:-1]) | (unit_r[1:] != unit_r[:-1])))
        rule, unit_r, start_r, end_r = rule[new], unit_r[new], start_r[new], end_r[new]
    return Hits(unit_r, rule, start_r - begins[unit_r], end_r - begins[unit_r])


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
    marks = np.array([ord(c) for c in _SEGMENT_MARKS], np.uint32)
    tails = np.array([ord(c) for c in _END_MARKS], np.uint32)
    segment = np.isin(codes, marks)
    at_segment = np.concatenate(([False], segment))
    at_predicate = at_segment.copy()
    at_start = np.zeros(len(codes) + 1, np.bool_)
    at_start[begins] = True
    for found in re.finditer(rf"(?<=\n){ORDINAL}", buffer):
        at_start[found.end()] = at_segment[found.end()] = at_predicate[found.end()] = True
    words = codebook.words
    for found in predicate_pattern(words["subject"], words["adverb"], words["connective"]).finditer(buffer):
        at_predicate[found.end()] = True
    # A match is at the end when nothing but closing marks follows it in its text.
    closing = np.isin(codes, tails)
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


def _not_hidden(buffer: str, codebook: Codebook, rule: Ints, start: Ints) -> Bools:
    """Operators inside 《》 or a quoted term name something; they order nothing."""
    hidden = np.zeros(len(buffer), np.bool_)
    for found in _HIDDEN.finditer(buffer):
        hidden[found.start() : found.end()] = True
    modal = np.fromiter((r.axis == "modality" for r in codebook.rules), np.bool_, len(codebook.rules))
    return ~(modal[rule] & hidden[start])


def _not_nested(rules: tuple[Rule, ...], rule: Ints, start: Ints, end: Ints) -> Bools:
    """Of theme words inside one another only the longest counts: 民政 inside 人民政府 says nothing."""
    keep = np.ones(len(rule), np.bool_)
    wide = np.fromiter((r.place == "everywhere" for r in rules), np.bool_, len(rules))
    rows = np.flatnonzero(wide[rule])
    if not len(rows):
        return keep
    order = rows[np.lexsort((-end[rows], start[rows]))]
    first = np.concatenate(([True], (np.diff(start[order]) != 0) | (np.diff(end[order]) != 0)))
    group = np.cumsum(first) - 1
    ends = end[order][first]
    reach = np.concatenate(([-1], np.maximum.accumulate(ends)[:-1]))
    keep[order] = (ends > reach)[group]
    return keep


def _not_inside_longer(codes: npt.NDArray[np.uint32], rules: tuple[Rule, ...], rule: Ints, start: Ints) -> Bools:
    """Refuse matches that are only a piece of one of the longer words that their rule excludes."""
    keep = np.ones(len(rule), np.bool_)
    order = np.argsort(rule, kind="stable")
    present, first = np.unique(rule[order], return_index=True)
    stops = [*first[1:].tolist(), len(order)]
    for number, begin, stop in zip(present.tolist(), first.tolist(), stops, strict=True):
        for word, offset in rules[number].unless:
            rows = order[begin:stop]
            base = start[rows] - offset
            same = (base >= 0) & (base + len(word) <= len(codes))
            for i, character in enumerate(word):
                same &= codes[np.clip(base + i, 0, len(codes) - 1)] == ord(character)
            keep[rows[same]] = False
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
