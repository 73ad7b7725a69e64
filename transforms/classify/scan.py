"""One pass over all texts for all words, and the cues that hold where they were found.

Whether a cue holds at a place (place in the clause, genre, longer word around it, second word) is decided on whole
columns. Of a cue that holds several times in a text the first place is kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from transforms.classify.cues import Cues
from transforms.classify.rules import PLACES, Bools, Ints
from transforms.classify.texts import Texts, members, runs

SEGMENT = members("，；：。！？\n")
_CLOSING = members("。；！？：，”、）…\n ")
_STOPS = members("，。！？；\n")
_MARKS = _STOPS | members("《》“”「」‘’")
_CLOSING_MOST = 4
_SUBJECT_LEAD = 12
"""Characters that may stand between the beginning of a segment and the subject before the main verb."""
_ADVERBS_MOST = 6
_LONGEST = 64
"""No word of a theme is longer."""
_QUOTED_MOST = 16
_TITLE_MOST = 80


@dataclass(frozen=True, slots=True)
class Found:
    """Words in the joined texts.

    Attributes:
        word: Number of the word in the trie.
        start: First character, counted in the joined texts.
        end: After the last character.

    """

    word: Ints
    start: Ints
    end: Ints


@dataclass(frozen=True, slots=True)
class Hits:
    """Cues that hold, one entry for each cue and text, sorted by text.

    Attributes:
        unit: Number of the text.
        cue: Number of the cue.
        start: First character, counted in the joined texts.
        end: After the last character.

    """

    unit: Ints
    cue: Ints
    start: Ints
    end: Ints

    def among(self, texts: Sequence[Ints]) -> slice:
        """Where the hits of some texts stand, and of those between them; numbers below 1 are no texts."""
        numbers = np.concatenate(texts)
        numbers = numbers[numbers > 0]
        if not len(numbers):
            return slice(0, 0)
        return slice(*np.searchsorted(self.unit, (numbers.min(), numbers.max() + 1)).tolist())


@dataclass(frozen=True, slots=True)
class Openers:
    """For each word of the trie whether it may stand before the main verb, or names an organ."""

    connective: Bools
    subject: Bools
    adverb: Bools
    organ: Bools
    organ_suffix: Bools
    role: Bools


def scan(texts: Texts, genre: Ints, cues: Cues, openers: Openers) -> tuple[Hits, Found]:
    """Find every cue that holds in every text.

    Args:
        texts: All texts.
        genre: Bit of the genre of each text.
        cues: What to look for.
        openers: Words before the main verb.

    """
    found = Found(*cues.trie.find(texts.codes))
    first = cues.pointer[found.word]
    count = cues.pointer[found.word + 1] - first
    cue = cues.by_word[runs(first, count)]
    start, end, unit = (np.repeat(column, count) for column in (found.start, found.end, texts.text_of(found.start)))
    keep = cues.plain[cue]
    hard = np.flatnonzero(~keep)
    held, end[hard] = _held(texts, genre, cues, openers, found, Hits(unit[hard], cue[hard], start[hard], end[hard]))
    keep[hard[held]] = True
    # By text and cue; the finds of a cue stand in the order of their places.
    key = unit * len(cues.names) + cue
    kept = np.flatnonzero(keep)
    order = np.sort((key[kept] << _ROWS) | kept) & ((1 << _ROWS) - 1)
    order = order[np.diff(key[order], prepend=-1) != 0]
    return Hits(unit[order], cue[order], start[order], end[order]), found


_ROWS = 26
"""Bits for the number of a row."""


def _held(texts: Texts, genre: Ints, cues: Cues, openers: Openers, found: Found, hits: Hits) -> tuple[Ints, Ints]:
    """Which matches hold, and where each ends, a second word included."""
    cue, unit, start = hits.cue, hits.unit, hits.start
    keep = (cues.genres[cue] & genre[unit]) != 0
    keep &= _in_place(texts, found, openers, cues.place[cue], hits)
    modal = np.flatnonzero(cues.modal[cue])
    keep[modal] &= ~_hidden(texts, start[modal])
    rows = np.flatnonzero(keep)
    keep = _not_nested(cues.wide[cue[rows]], start[rows], hits.end[rows])
    keep &= _unguarded(cues, found, cue[rows], start[rows])
    stop = hits.end.copy()
    own = stop[rows]
    keep &= _second(cues, found, texts, cue[rows], unit[rows], own)
    stop[rows] = own
    rows = rows[keep]
    rows = rows[_first_verbs(cues.axis[cue[rows]], unit[rows], start[rows], stop[rows])]
    return rows, stop


def _in_place(texts: Texts, found: Found, openers: Openers, place: Ints, hits: Hits) -> Bools:
    """Whether each match stands where its cue wants it."""
    unit, start, end = hits.unit, hits.start, hits.end
    at_segment = np.zeros(len(texts.codes) + 1, np.bool_)
    at_segment[1:] = SEGMENT[texts.codes]
    at_start = np.zeros(len(texts.codes) + 1, np.bool_)
    for places in (texts.begin, texts.opened[1]):
        at_start[places] = at_segment[places] = True
    result = np.ones(len(place), np.bool_)
    for name, allowed in (("start", at_start), ("segment", at_segment)):
        rows = np.flatnonzero(place == PLACES.index(name))
        result[rows] = allowed[start[rows]]
    rows = np.flatnonzero(place == PLACES.index("first"))
    if len(rows):
        result[rows] = _at_predicate(texts, found, openers, at_segment)[start[rows]]
    last = texts.begin + texts.length - 1
    rows = np.flatnonzero(place == PLACES.index("tail"))
    result[rows] = end[rows] > last[unit[rows]]
    rows = np.flatnonzero(place == PLACES.index("end"))
    if len(rows):
        # A match is at the end when nothing but closing marks follows it in its text.
        stop = last.copy()
        for _ in range(_CLOSING_MOST):
            stop -= (stop >= texts.begin) & _CLOSING[texts.codes[np.maximum(stop, 0)]]
        result[rows] = end[rows] > stop[unit[rows]]
    return result


def _at_predicate(texts: Texts, found: Found, openers: Openers, at_segment: Bools) -> Bools:
    """Places at which the main verb of a segment may begin: behind connectives, a subject and adverbs."""
    reached = at_segment.copy()
    reached[1:][texts.codes == ord("）")] = True
    _through(reached, found, openers.connective, 1)
    rows = np.flatnonzero(openers.subject[found.word])
    start, end = found.start[rows], found.end[rows]
    # The last place reached before the subject, with no mark between: marks are reached themselves.
    places = np.flatnonzero(reached)
    lead = start - places[np.maximum(np.searchsorted(places, start, "right") - 1, 0)]
    reached[end[(lead >= 0) & (lead <= _SUBJECT_LEAD)]] = True
    _through(reached, found, openers.adverb, _ADVERBS_MOST)
    return reached


def _through(reached: Bools, found: Found, which: Bools, times: int) -> None:
    """Add the places behind words that begin at a place that is reached."""
    rows = np.flatnonzero(which[found.word])
    start, end = found.start[rows], found.end[rows]
    for _ in range(times):
        new = reached[start] & ~reached[end]
        if not new.any():
            return
        reached[end[new]] = True


def _hidden(texts: Texts, places: Ints) -> Bools:
    """Which places are inside 《》 or a quoted term: operators there name something; they order nothing."""
    codes = texts.codes
    marks = np.flatnonzero(_MARKS[codes])
    kind = codes[marks]
    stops, ends = marks[_STOPS[kind]], marks[kind == 0x0A]
    begins, closes = [], []
    for opening, closing, most, broken in (
        ("《", "》", _TITLE_MOST, ends),
        ("“", "”", _QUOTED_MOST, stops),
        ("「", "」", _QUOTED_MOST, stops),
        ("‘", "’", _QUOTED_MOST, stops),
    ):
        begin, stop = marks[kind == ord(opening)], np.append(marks[kind == ord(closing)], len(codes) + most + 1)
        close = stop[np.searchsorted(stop, begin, "right")]
        whole = (close - begin <= most + 1) & (np.searchsorted(broken, close) == np.searchsorted(broken, begin))
        begins.append(begin[whole])
        closes.append(close[whole])
    begin, close = np.sort(np.concatenate(begins)), np.sort(np.concatenate(closes))
    hidden: Bools = np.searchsorted(begin, places, "right") > np.searchsorted(close, places, "left")
    return hidden


def _not_nested(wide: Bools, start: Ints, end: Ints) -> Bools:
    """Of theme words inside one another only the longest counts: 民政 inside 人民政府 says nothing."""
    keep = np.ones(len(wide), np.bool_)
    rows = np.flatnonzero(wide)
    if not len(rows):
        return keep
    key = (start[rows] * _LONGEST + _LONGEST - 1 - (end[rows] - start[rows])) * len(rows) + np.arange(len(rows))
    order = rows[np.argsort(key)]
    first = np.concatenate(([True], (np.diff(start[order]) != 0) | (np.diff(end[order]) != 0)))
    group = np.cumsum(first) - 1
    ends = end[order][first]
    reach = np.concatenate(([-1], np.maximum.accumulate(ends)[:-1]))
    keep[order] = (ends > reach)[group]
    return keep


def _unguarded(cues: Cues, found: Found, cue: Ints, start: Ints) -> Bools:
    """Refuse matches that are only a piece of one of the longer words that their cue excludes."""
    free = np.ones(len(cue), np.bool_)
    guarding = np.flatnonzero(np.diff(cues.guard_pointer)[found.word])
    rows = np.flatnonzero(cues.guarded[cue])
    if not len(guarding) or not len(rows):
        return free
    word = found.word[guarding]
    count = cues.guard_pointer[word + 1] - cues.guard_pointer[word]
    guard = cues.guards[runs(cues.guard_pointer[word], count)]
    refused = (np.repeat(found.start[guarding], count) + guard[:, 2]) * len(cues.names) + guard[:, 1]
    free[rows] = ~np.isin(start[rows] * len(cues.names) + cue[rows], refused)
    return free


def _second(cues: Cues, found: Found, texts: Texts, cue: Ints, unit: Ints, end: Ints) -> Bools:
    """For cues A…B: whether B follows in the same text; the end of the match becomes the end of the last B."""
    keep = np.ones(len(cue), np.bool_)
    rows = np.flatnonzero(cues.second[cue] >= 0)
    if not len(rows):
        return keep
    wanted = np.zeros(len(cues.pointer), np.bool_)
    wanted[cues.second[cue[rows]]] = True
    own = np.flatnonzero(wanted[found.word])
    size = len(texts.codes) + 1
    key = np.sort(found.word[own] * size + found.start[own])
    if not len(key):
        keep[rows] = False
        return keep
    length = np.zeros(len(cues.pointer), np.int64)
    length[found.word[own]] = found.end[own] - found.start[own]
    word = cues.second[cue[rows]]
    # The last B that begins before the end of the text.
    stop = texts.begin[unit[rows]] + texts.length[unit[rows]]
    last = np.searchsorted(key, word * size + stop, "left") - 1
    begin = np.where(last >= 0, key[np.maximum(last, 0)], -1) - word * size
    ok = begin >= end[rows]
    keep[rows] = ok
    end[rows[ok]] = (begin + length[word])[ok]
    return keep


def _first_verbs(axis: Ints, unit: Ints, start: Ints, end: Ints) -> Bools:
    """Of the main-verb cues of an axis in a text only the first counts, and of those that begin there the longest."""
    keep = np.ones(len(axis), np.bool_)
    rows = np.flatnonzero(axis >= 0)
    if not len(rows):
        return keep
    group = unit[rows] * 8 + axis[rows]
    # One number tells the place of each: the first begins first and ends last.
    place = start[rows] * (int(end.max()) + 1) - end[rows]
    first = np.full(int(group.max()) + 1, np.iinfo(np.int64).max)
    np.minimum.at(first, group, place)
    keep[rows] = place == first[group]
    return keep
