"""The codebook: the tables of seeds/codebook/ as one immutable value.

A policy expert edits the tables, nobody edits Python. The tables and their columns:

- `labels.csv` axis, code, zh, en, definition, binds: the closed vocabularies (order of the codebook). `binds` says how much
  a modality binds its addressee, from 1; it is empty where it does not bind, and on the other axes.
- `cues.csv` axis, label, cue, weight, place, genre, unless, note: one row says "these words speak for (or, with a
  negative weight, against) this label". `cue` holds alternatives split by `|`; `A…B` means A and later B in the same
  clause; a name that begins with `@` is a mark (see `marks.py`). `unless` lists longer words, split by `|`, inside
  which the cue does not count.
- `theme_cues.csv` theme, weight, cues, note: words of a theme; counted in the clause, its headings, its title, its
  neighbours. A word inside a longer word of the table does not count; a longer word of weight 0 only hides.
- `model.csv` source, group, feature, weights: what was learnt from labelled clauses (see `model.py`); the only table
  that is written by a program.
- `words.csv` kind, words: adverbs and subjects that may stand before the main verb, organ names, stop words.
- `places.csv` group, names, note: names of places; group is country, foreign, province, city, county, region, nature, or
  never for longer words in which such a name is no place.
- `confidence.csv` axis, intercept, slope, threshold: margin of the score -> confidence, and when a label is called
  uncertain.
- `themes.csv` code, level, name: the official two levels of 主题分类.
- `crosswalk_themes.csv` theme, cap, cap_name, relation, note: the themes beside the major topics of the Comparative Agendas
  Project; relation is exact, close, narrower, broader, overlap or none.
- `crosswalk_functions.csv` function, statement, components, note: the functions beside the statements of the Institutional
  Grammar 2.0 (regulative, constitutive, hybrid, none).

A row that cannot be used raises `CodebookError`, which names the file, the line and what to do.
"""

import csv
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from schemas.tables import TableError
from schemas.vocabularies import AXES, GENRES
from transforms.classify.cues import Cues, columns
from transforms.classify.marks import MARKS
from transforms.classify.model import Model, Parameters, parameters, read
from transforms.classify.normal import normal
from transforms.classify.rules import EVERYWHERE, PLACES, Bools, Rule
from transforms.classify.scan import Openers

PLACE_GROUPS = ("country", "foreign", "province", "city", "county", "region", "nature", "never")
WORD_KINDS = ("adverb", "subject", "connective", "organ", "organ_field", "organ_suffix", "role", "stop")
GROUPS = {
    "normative": ("law", "regulation", "rules", "interpretation"),
    "policy": ("plan", "opinion", "notice", "decision", "report", "reply"),
}
"""Names that the column `genre` may use for several genres."""

TABLES = (
    "labels.csv",
    "cues.csv",
    "theme_cues.csv",
    "model.csv",
    "words.csv",
    "places.csv",
    "confidence.csv",
    "themes.csv",
    "crosswalk_themes.csv",
    "crosswalk_functions.csv",
)


class CodebookError(TableError):
    """A table of the codebook is wrong; the message names the file, the line and what to do."""


@dataclass(frozen=True, slots=True)
class Confidence:
    """Logistic from the margin between the best two scores to a probability, and the threshold of doubt."""

    intercept: float
    slope: float
    threshold: float


@dataclass(frozen=True, slots=True)
class Codebook:
    """All tables, and what the scan looks for.

    Attributes:
        version: First 12 hex digits of the SHA-256 over the tables' bytes.
        labels: axis -> codes.
        marks: Rules on marks.
        cues: Rules on words and words of the model, as columns.
        openers: Which words may stand before the main verb.
        parameters: Points and weights.
        words: kind -> words of WORD_KINDS.
        places: group -> names of places.
        confidence: axis -> logistic.
        vocabulary: Words of themes, the user dictionary of the keywords.
        themes: (code, level, name).
        crosswalks: axis -> (label, what it is elsewhere, relation).

    """

    version: str
    labels: Mapping[str, tuple[str, ...]]
    marks: tuple[Rule, ...]
    cues: Cues
    openers: Openers
    parameters: Parameters
    words: Mapping[str, tuple[str, ...]]
    places: Mapping[str, tuple[str, ...]]
    confidence: Mapping[str, Confidence]
    vocabulary: tuple[str, ...]
    themes: tuple[tuple[str, int, str], ...]
    crosswalks: Mapping[str, tuple[tuple[str, str, str], ...]]


def load(folder: Path, *, model: Model | None = None) -> Codebook:
    """Read the tables; `model` takes the place of `model.csv` (for its training).

    Raises:
        CodebookError: A table is missing or a row is malformed.

    """
    digest = hashlib.sha256()
    for name in TABLES:
        path = folder / name
        if name == "model.csv" and model is not None:
            continue
        if not path.is_file():
            raise CodebookError(f"{path}: missing; every codebook has {', '.join(TABLES)}")
        digest.update(name.encode() + b"\0" + path.read_bytes())
    labels = _labels(folder / "labels.csv")
    words_rules, marks = _cues(folder / "cues.csv", labels)
    words = _listed(folder / "words.csv", "kind", "words", WORD_KINDS)
    if model is None:
        model = _model(folder / "model.csv")
    rules = (*words_rules, *_theme_rules(folder / "theme_cues.csv", labels), *model.words())
    extra = [word for kind in _SCANNED for word in words[kind]]
    cues = columns(rules, labels, extra)
    return Codebook(
        version=digest.hexdigest()[:12],
        labels=labels,
        marks=marks,
        cues=cues,
        openers=_openers(cues, words),
        parameters=parameters(model, cues, labels),
        words=words,
        places=_listed(folder / "places.csv", "group", "names", PLACE_GROUPS),
        confidence=_confidence(folder / "confidence.csv"),
        vocabulary=tuple(sorted({part for rule in rules if rule.place == EVERYWHERE for part in rule.parts})),
        themes=_themes(folder / "themes.csv", labels),
        crosswalks=_crosswalks(folder, labels),
    )


_SCANNED = ("connective", "subject", "adverb", "organ", "organ_suffix", "role")
"""Kinds of words that the scan looks for besides the cues; they come first in its numbering."""


def _openers(cues: Cues, words: Mapping[str, tuple[str, ...]]) -> Openers:
    """Mark the words of each kind by their numbers in the trie."""
    number = {word: i for i, word in enumerate(dict.fromkeys(word for kind in _SCANNED for word in words[kind]))}

    def flags(kind: str) -> Bools:
        table = np.zeros(len(cues.pointer), np.bool_)
        table[[number[word] for word in words[kind]]] = True
        return table

    return Openers(*(flags(kind) for kind in _SCANNED))


def _model(path: Path) -> Model:
    try:
        found = _rows(path, ("source", "group", "feature", "weights"))
        return read((where, (r["source"], r["group"], r["feature"], r["weights"])) for where, r in found)
    except ValueError as error:
        raise CodebookError(str(error)) from error


def _rows(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[str, dict[str, str]]]:
    """Rows with their address `cues.csv line 7`; raises when columns or the number of cells differ."""
    with path.open(encoding="utf-8", newline="") as handle:
        reader = csv.DictReader(handle)
        if tuple(reader.fieldnames or ()) != columns:
            raise CodebookError(f"{path.name} line 1: columns are {reader.fieldnames}, write {','.join(columns)}")
        for row in reader:
            where = f"{path.name} line {reader.line_num}"
            if None in row or None in row.values():
                raise CodebookError(f"{where}: needs {len(columns)} cells; put quotes around a cell that holds a comma")
            yield where, {key: value.strip() for key, value in row.items()}


def _number(text: str, where: str, column: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise CodebookError(f"{where}: {column} is {text!r}; write a number such as 2 or -1.5") from None


def _known(value: str, allowed: tuple[str, ...], where: str, column: str) -> str:
    if value not in allowed:
        raise CodebookError(f"{where}: {column} is {value!r}; write one of {', '.join(allowed)}")
    return value


def _genres(text: str, where: str) -> tuple[str, ...]:
    genres: list[str] = []
    for name in filter(None, text.split("|")):
        genres.extend(GROUPS.get(name) or (_known(name, (*GENRES, *GROUPS), where, "genre"),))
    return tuple(genres)


def _labels(path: Path) -> dict[str, tuple[str, ...]]:
    labels: dict[str, list[str]] = {axis: [] for axis in AXES}
    for where, row in _rows(path, ("axis", "code", "zh", "en", "definition", "binds")):
        if row["binds"] and not (row["axis"] == "modality" and row["binds"].isdecimal()):
            raise CodebookError(f"{where}: binds is {row['binds']!r}; write a whole number, for a modality alone")
        labels[_known(row["axis"], AXES, where, "axis")].append(row["code"])
    for axis, codes in labels.items():
        if len(codes) != len(set(codes)) or not codes:
            raise CodebookError(f"{path.name}: axis {axis} needs at least one code, each once")
    return {axis: tuple(codes) for axis, codes in labels.items()}


def _alternatives(text: str, where: str, column: str) -> list[str]:
    found = [part.strip() if part.strip().startswith("@") else normal(part.strip()) for part in text.split("|")]
    if not all(found) or any("\n" in part for part in found):
        raise CodebookError(f"{where}: {column} has an empty alternative; remove the extra |")
    return found


def _cues(path: Path, labels: Mapping[str, tuple[str, ...]]) -> tuple[tuple[Rule, ...], tuple[Rule, ...]]:
    rules: list[Rule] = []
    marks: list[Rule] = []
    for where, row in _rows(path, ("axis", "label", "cue", "weight", "place", "genre", "unless", "note")):
        axis = _known(row["axis"], AXES, where, "axis")
        label = _known(row["label"], labels[axis], where, "label")
        place = _known(row["place"] or "any", PLACES, where, "place")
        weight = _number(row["weight"], where, "weight")
        genres = _genres(row["genre"], where)
        blockers = _alternatives(row["unless"], where, "unless") if row["unless"] else []
        cues = _alternatives(row["cue"], where, "cue")
        for cue in cues:
            if cue.startswith("@"):
                _check_mark(cue[1:], axis, labels, where)
                marks.append(Rule(f"mark:{cue[1:]}", axis, label, weight, "any", genres, (cue[1:],)))
                continue
            parts = tuple(cue.split("…"))
            if len(parts) > 2 or not all(parts):
                raise CodebookError(f"{where}: cue {cue!r}; a cue is a word or two words joined by one …")
            unless = tuple((b, b.index(parts[0])) for b in blockers if parts[0] in b)
            rules.append(Rule(f"cue:{cue}", axis, label, weight, place, genres, parts, unless))
        for blocker in blockers:
            if not any(cue.split("…")[0] in blocker for cue in cues):
                raise CodebookError(f"{where}: unless {blocker!r} contains no cue of the row; remove it or correct it")
    return tuple(rules), tuple(marks)


def _check_mark(cue: str, axis: str, labels: Mapping[str, tuple[str, ...]], where: str) -> None:
    for part in cue.split("&"):
        name = part.removeprefix("!")
        other, _, label = name.partition(":")
        if name in MARKS:
            continue
        if label not in labels.get(other, ()):
            raise CodebookError(f"{where}: mark @{cue}: {name!r} is none of {', '.join(MARKS)}, nor axis:label")
        if AXES.index(other) >= AXES.index(axis):
            raise CodebookError(f"{where}: mark @{cue}: {other} is decided later; use an axis before {axis}")


def _theme_rules(path: Path, labels: Mapping[str, tuple[str, ...]]) -> tuple[Rule, ...]:
    rules: list[Rule] = []
    for where, row in _rows(path, ("theme", "weight", "cues", "note")):
        theme = _known(row["theme"], labels["theme"], where, "theme")
        weight = _number(row["weight"], where, "weight")
        for cue in _alternatives(row["cues"], where, "cues"):
            if cue.startswith("@") or "…" in cue:
                raise CodebookError(f"{where}: theme cue {cue!r} must be a plain word; use cues.csv for marks and …")
            rules.append(Rule(f"cue:{cue}", "theme", theme, weight, EVERYWHERE, (), (cue,)))
    return tuple(rules)


def _listed(path: Path, kind: str, column: str, kinds: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Words of each kind, of one row or many."""
    words: dict[str, list[str]] = {name: [] for name in kinds}
    for where, row in _rows(path, (kind, column, "note")):
        words[_known(row[kind], kinds, where, kind)].extend(_alternatives(row[column], where, column))
    return {name: tuple(dict.fromkeys(found)) for name, found in words.items()}


def _confidence(path: Path) -> dict[str, Confidence]:
    found: dict[str, Confidence] = {}
    for where, row in _rows(path, ("axis", "intercept", "slope", "threshold", "note")):
        axis = _known(row["axis"], AXES, where, "axis")
        numbers = [_number(row[name], where, name) for name in ("intercept", "slope", "threshold")]
        if numbers[1] <= 0 or not 0 <= numbers[2] <= 1:
            raise CodebookError(f"{where}: slope must be above 0 and threshold between 0 and 1")
        found[axis] = Confidence(*numbers)
    if missing := [axis for axis in AXES if axis not in found]:
        raise CodebookError(f"{path.name}: no row for axis {', '.join(missing)}; add one")
    return found


def _themes(path: Path, labels: Mapping[str, tuple[str, ...]]) -> tuple[tuple[str, int, str], ...]:
    themes: list[tuple[str, int, str]] = []
    for where, row in _rows(path, ("code", "level", "name")):
        _known(row["code"].split(".")[0], labels["theme"], where, "code")
        themes.append((row["code"], int(_known(row["level"], ("1", "2"), where, "level")), row["name"]))
    return tuple(themes)


RELATIONS = ("exact", "close", "narrower", "broader", "overlap", "none")
STATEMENTS = ("regulative", "constitutive", "hybrid", "none")


def _crosswalks(folder: Path, labels: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[tuple[str, str, str], ...]]:
    found: dict[str, list[tuple[str, str, str]]] = {"theme": [], "function": []}
    for where, row in _rows(folder / "crosswalk_themes.csv", ("theme", "cap", "cap_name", "relation", "note")):
        relation = _known(row["relation"], RELATIONS, where, "relation")
        found["theme"].append((_known(row["theme"], labels["theme"], where, "theme"), row["cap"], relation))
    for where, row in _rows(folder / "crosswalk_functions.csv", ("function", "statement", "components", "note")):
        statement = _known(row["statement"], STATEMENTS, where, "statement")
        label = _known(row["function"], labels["function"], where, "function")
        found["function"].append((label, statement, row["components"]))
    for axis, rows in found.items():
        if missing := [code for code in labels[axis] if code not in {row[0] for row in rows}]:
            raise CodebookError(f"crosswalk_{axis}s.csv: no row for {', '.join(missing)}; add one")
    return {axis: tuple(rows) for axis, rows in found.items()}
