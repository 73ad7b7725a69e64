"""The statistical model: a weight for every reason, in a table that people can read.

`model.csv` has the columns source, group, feature, weights. A score is the sum of the weights of the reasons that hold,
and of the points of the tables (`cues.csv`, `theme_cues.csv`), each source of points taken so many times:

- `text`, `heading`, `prev`, `next`, `title`, `stem`: feature is `place:word`, a cue of the tables or a word of the model; the
  headings above the nearest one count half of `heading`.
- `mark`: feature is a mark (`marks.py`); group is a kind of document (`rules.GENRE_GROUPS`).
- `genre`: feature is a genre. `bias`: what a label has for nothing.
- `label`: feature is `axis:label`, decided on an earlier axis.
- `table`: feature is a source of points (or `mark`, `document`, or one with `silent` before it), group a kind of document,
  weights are by axis: how much the points count.

Weights are `axis:label=number`, split by `|`. They are trained by `python -m benchmarks.train_labels`, never by hand.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from schemas.vocabularies import AXES, GENRES
from transforms.classify.cues import Cues, Weights, label_offsets
from transforms.classify.marks import MARKS
from transforms.classify.rules import EVERYWHERE, GENRE_GROUPS, SOURCES, Ints, Rule

TEXT_SOURCES = ("text", "heading", "title", "prev", "next", "stem")
OUTER = 0.5
"""A heading above the nearest one counts so much of it."""

PLAIN = 0.3
"""How much the points of the tables count without a model."""

SILENT = ("silent heading", "silent outer", "silent title", "silent prev", "silent document")
"""Points that count only where a clause has no word of a theme of its own."""

Row = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Model:
    """Rows of `model.csv`: (source, group, feature) -> {axis:label or axis: weight}."""

    weights: Mapping[tuple[str, str, str], Mapping[str, float]] = field(default_factory=dict)

    def words(self) -> list[Rule]:
        """Words of the model as rules without an axis: they are looked for like cues."""
        found: dict[tuple[str, str], None] = {}
        for source, _, feature in self.weights:
            if source in TEXT_SOURCES:
                place, _, word = feature.partition(":")
                if place.startswith("~"):
                    found[place[1:], word] = None
        return [word_rule(place, word) for place, word in found]


def word_rule(place: str, word: str) -> Rule:
    """A word of the model as a rule."""
    return Rule(f"word:{word}", "", "", 0.0, place, (), (word,))


def read(rows: Iterable[tuple[str, Row]]) -> Model:
    """Read the rows of `model.csv`, each with its address.

    Raises:
        ValueError: A row is malformed; the message gives its address.

    """
    weights: dict[tuple[str, str, str], dict[str, float]] = {}
    for where, (source, group, feature, told) in rows:
        try:
            own = {name: float(number) for name, number in (part.split("=") for part in told.split("|"))}
        except ValueError:
            raise ValueError(f"{where}: weights {told[:40]!r}; write axis:label=number, split by |") from None
        weights[source, group, feature] = own
    return Model(weights)


@dataclass(frozen=True, slots=True)
class Weighed:
    """What cues weigh where they are found.

    Attributes:
        row: For each cue its row of the weights, or -1 where it weighs nothing.
        weights: (kinds of documents, rows, labels); one kind where all are alike.
        most: The greatest weight of each cue.

    """

    row: Ints
    weights: Weights
    most: Weights


def _weighed(cues: int, active: Ints, weights: Weights) -> Weighed:
    """Weights (kinds of documents, active cues, labels) of some of the cues."""
    row, most = np.full(cues, -1, np.int64), np.zeros(cues, np.float32)
    row[active], most[active] = np.arange(len(active)), weights.max(axis=(0, 2), initial=0)
    return Weighed(row, weights, most)


@dataclass(frozen=True, slots=True)
class Parameters:
    """The model laid out for the cues of a codebook.

    Attributes:
        cues: source -> points of the tables and weights, added, for the labels of all axes.
        spoken: Points of the tables for what a clause itself says, without those against.
        named: Points of the tables for the words of themes; the labels are the themes.
        marks: (kinds of documents, marks, labels of all axes).
        genres: (genres, labels of all axes).
        bias: (labels of all axes).
        earlier: (labels of all axes, labels of all axes): what a decided label adds.
        tables: (axes, kinds of documents): how much the points of marks of the tables count.
        documents: (kinds of documents, labels of all axes): how much the shares of the document count.
        silent: source -> (kinds of documents): how much more it counts for the theme of a clause that names none.

    """

    cues: Mapping[str, Weighed]
    spoken: Weighed
    named: Weighed
    marks: Weights
    genres: Weights
    bias: Weights
    earlier: Weights
    tables: Weights
    documents: Weights
    silent: Mapping[str, Weights]


def feature_of(cues: Cues, cue: int) -> str:
    """Name of a cue in the model."""
    place, words = cues.keys[cue]
    return f"~{place}:{words}" if cues.names[cue].startswith("word:") else f"{place}:{words}"


def parameters(model: Model, cues: Cues, labels: Mapping[str, tuple[str, ...]]) -> Parameters:
    """Lay the model out as arrays."""
    where = label_offsets(labels)
    column = {f"{axis}:{label}": where[axis].start + i for axis in AXES for i, label in enumerate(labels[axis])}
    width, groups = len(column), len(GENRE_GROUPS)
    number: dict[str, list[int]] = {}
    for cue in range(len(cues.names)):
        number.setdefault(feature_of(cues, cue), []).append(cue)
    own = {source: np.zeros((len(cues.names), width), np.float32) for source in TEXT_SOURCES}
    marks = np.zeros((groups, len(MARKS), width), np.float32)
    genres, bias = np.zeros((len(GENRES), width), np.float32), np.zeros(width, np.float32)
    earlier = np.zeros((width, width), np.float32)
    times = {
        source: np.full((len(AXES), groups), PLAIN, np.float32) for source in (*SOURCES, "mark", "document", *SILENT)
    }
    for (source, group, feature), told in model.weights.items():
        if source == "table":
            for axis, weight in told.items():
                times[feature][AXES.index(axis), GENRE_GROUPS.index(group)] = weight
            continue
        row = np.zeros(width, np.float32)
        for name, weight in told.items():
            if name in column:
                row[column[name]] = weight
        if source in own:
            for cue in number.get(feature, ()):
                own[source][cue] = row
        elif source == "mark":
            marks[GENRE_GROUPS.index(group), MARKS.index(feature)] = row
        elif source == "genre":
            genres[GENRES.index(feature)] = row
        elif source == "bias":
            bias = row
        elif source == "label":
            earlier[column[feature]] = row
    silent = {name.partition(" ")[2]: times[name][AXES.index("theme")] for name in SILENT}
    scale = {s: np.repeat(t, [len(labels[a]) for a in AXES], axis=0) for s, t in times.items()}
    count = len(cues.names)
    summed: dict[str, Weighed] = {}
    for source in SOURCES:
        learnt, table = own["heading" if source == "outer" else source], cues.table[source]
        active = np.flatnonzero((table != 0).any(axis=1) | (learnt != 0).any(axis=1))
        share = np.float32(OUTER if source == "outer" else 1)
        sums = [scale[source][:, g] * table[active] + share * learnt[active] for g in range(groups)]
        summed[source] = _weighed(count, active, np.stack(sums))
    points = cues.table["text"]
    speaking, wide = np.flatnonzero((points > 0).any(axis=1)), np.flatnonzero(cues.wide)
    spoken = _weighed(count, speaking, np.maximum(points[speaking], 0)[None])
    named = _weighed(count, wide, points[None, wide, where["theme"]])
    return Parameters(summed, spoken, named, marks, genres, bias, earlier, times["mark"], scale["document"].T, silent)


__all__ = ["EVERYWHERE", "Model", "Parameters", "feature_of", "parameters", "read", "word_rule"]
