"""One pass over all texts for all words, and the cues that hold where they were found.

Whether a cue holds at a place (place in the clause, genre, longer word around it, second word) is decided on whole
columns. Of a cue that holds several times in a text the first place is kept.
"""

from dataclasses import dataclass

import numpy as np

from transforms.classify.cues import Cues
from transforms.classify.rules import PLACES, Bools, Ints
from transforms.classify.texts import Texts, members, opened, within

SEGMENT = members("，；：。！？\n")
_CLOSING = members("。；！？：，”、）…\n ")
_STOPS = members("，。！？；\n")
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
    count = cues.pointer[found.word + 1] - cues.pointer[found.word]
    row = np.repeat(np.arange(len(count)), count)
    cue = cues.by_word[cues.pointer[found.word[row]] + within(count)]
    start, end = found.start[row], found.end[row]
    hard = np.flatnonzero(~cues.plain[cue])
    held, stop = _held(texts, genre, cues, openers, found, cue[hard], start[hard], end[hard])
    end[hard[held]] = stop[held]
    kept = np.concatenate((np.flatnonzero(cues.plain[cue]), hard[held]))
    cue, start, end = cue[kept], start[kept], end[kept]
    unit = texts.text_of(start)

    size = len(cues.names) + 1
    key = unit * size + cue
    order = np.argsort(key * (int(texts.length.max(initial=0)) + 1) + start - texts.begin[unit])
    key = key[order]
    order = order[np.concatenate(([True], key[1:] != key[:-1]))] if len(key) else order
    return Hits(unit[order], cue[order], start[order], end[order]), found


def _held(
    texts: Texts, genre: Ints, cues: Cues, openers: Openers, found: Found, cue: Ints, start: Ints, end: Ints
) -> tuple[Ints, Ints]:
    """Which matches hold, and where each ends, a second word included."""
    unit = texts.text_of(start)
    keep = (cues.genres[cue] & genre[unit]) != 0
    keep &= _in_place(texts, found, openers, cues.place[cue], unit, start, end)
    modal = np.flatnonzero(cues.modal[cue])
    keep[modal] &= ~_hidden(texts)[start[modal]]
    rows = np.flatnonzero(keep)
    keep = _not_nested(cues.wide[cue[rows]], start[rows], end[rows]) & _unguarded(cues, found, cue[rows], start[rows])
    stop = end.copy()
    own = stop[rows]
    keep &= _second(cues, found, texts, cue[rows], unit[rows], own)
    stop[rows] = own
    rows = rows[keep]
    rows = rows[_first_verbs(cues.axis[cue[rows]], unit[rows], start[rows], stop[rows])]
    return rows, stop


def _in_place(texts: Texts, found: Found, openers: Openers, place: Ints, unit: Ints, start: Ints, end: Ints) -> Bools:
    """Whether each match stands where its cue wants it."""
    at_segment = np.zeros(len(texts.codes) + 1, np.bool_)
    at_segment[1:] = SEGMENT[texts.codes]
    at_start = np.zeros(len(texts.codes) + 1, np.bool_)
    at_start[texts.begin] = at_segment[texts.begin] = True
    _, behind = opened(texts)
    at_start[behind] = at_segment[behind] = True
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


def _hidden(texts: Texts) -> Bools:
    """Characters inside 《》 or a quoted term: operators there name something; they order nothing."""
    codes = texts.codes
    change = np.zeros(len(codes) + 1, np.int32)
    stops = np.cumsum(_STOPS[codes], dtype=np.int64)
    ends = np.cumsum(codes == 0x0A, dtype=np.int64)
    for opening, closing, most, broken in (
        ("《", "》", _TITLE_MOST, ends),
        ("“", "”", _QUOTED_MOST, stops),
        ("「", "」", _QUOTED_MOST, stops),
        ("‘", "’", _QUOTED_MOST, stops),
    ):
        begin, stop = np.flatnonzero(codes == ord(opening)), np.flatnonzero(codes == ord(closing))
        if not len(begin) or not len(stop):
            continue
        partner = np.searchsorted(stop, begin, "right")
        begin, partner = begin[partner < len(stop)], partner[partner < len(stop)]
        close = stop[partner]
        whole = (close - begin <= most + 1) & (broken[close] == broken[begin])
        np.add.at(change, begin[whole], 1)
        np.add.at(change, close[whole] + 1, -1)
    hidden: Bools = np.cumsum(change)[:-1] > 0
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
    count = cues.guard_pointer[found.word + 1] - cues.guard_pointer[found.word]
    row = np.repeat(np.arange(len(count)), count)
    if not len(row):
        return np.ones(len(cue), np.bool_)
    guard = cues.guards[cues.guard_pointer[found.word[row]] + within(count)]
    size = len(cues.names) + 1
    refused = np.unique((found.start[row] + guard[:, 2]) * size + guard[:, 1])
    key = start * size + cue
    place = np.minimum(np.searchsorted(refused, key), len(refused) - 1)
    free: Bools = refused[place] != key
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
    order = rows[np.lexsort((-end[rows], start[rows], axis[rows], unit[rows]))]
    key = unit[order] * 8 + axis[order]
    head = np.concatenate(([True], key[1:] != key[:-1]))
    group = np.cumsum(head) - 1
    best_start, best_end = start[order][head][group], end[order][head][group]
    keep[order] = (start[order] == best_start) & (end[order] == best_end)
    return keep
