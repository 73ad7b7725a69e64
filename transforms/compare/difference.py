"""The comparison as a whole."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from transforms.compare import clauses, documents, sections
from transforms.compare.alignment import Match
from transforms.compare.marking import spans
from transforms.compare.order import out_of_order
from transforms.compare.sides import Side

Row = dict[str, Any]
LEVELS = ("documents", "sections", "clauses")
CLAUSE_CHANGES = ("added", "removed", "moved", "reworded", "split", "merged", "relabelled")


@dataclass(frozen=True, slots=True)
class Difference:
    """What changed from one side to the other.

    Attributes:
        before: Name of the older side.
        after: Name of the newer side.
        counts: For each level how often each change occurs, and what is `unchanged`. A row with two changes counts for both.
            Sections and clauses of documents that came or went are counted apart (`in_added_documents`, …) and not listed.
        documents: As `documents.changes` gives them.
        sections: As `sections.changes` gives them.
        clauses: changes (list), document (id on the newer side), pair, similarity, marks (`marking.spans`, where one clause
            became one), labels (axis, from, to, force), from and to: lists of clauses with clause, section, ordinal, text.

    """

    before: str
    after: str
    counts: Mapping[str, Mapping[str, int]]
    documents: list[Row]
    sections: list[Row]
    clauses: list[Row]

    @property
    def equal(self) -> bool:
        """Whether nothing differs."""
        return not (self.documents or self.sections or self.clauses)

    def as_dict(self, levels: Iterable[str] = LEVELS) -> Row:
        """Give the difference as plain JSON values (dates as they are)."""
        chosen = [level for level in LEVELS if level in set(levels)]
        return {
            "from": self.before,
            "to": self.after,
            "counts": {level: dict(self.counts[level]) for level in chosen},
            **{level: getattr(self, level) for level in chosen},
        }


def compare(before: Side, after: Side) -> Difference:
    """Compare two sides.

    Raises:
        KeyError: A side lacks a column that is compared.

    """
    old_documents, new_documents = documents.read(before), documents.read(after)
    paired = documents.pairs(old_documents, new_documents)
    document_rows = documents.changes(old_documents, new_documents, paired)
    old, new = clauses.read(before, paired, "a"), clauses.read(after, paired, "b")
    exact, matches, texts = _matched(before, after, old, new)
    ones = pl.concat([exact, _as_frame([(m.before[0], m.after[0]) for m in matches if _single(m)])])
    every = pl.concat([exact, _as_frame([(a, b) for m in matches for a in m.before for b in m.after])])
    old_sections, new_sections = sections.read(before, paired, "a"), sections.read(after, paired, "b")
    mapped = sections.match(old_sections, new_sections, _around(every, old, new, old_sections, new_sections))
    section_rows = sections.changes(old_sections, new_sections, mapped)
    moved = _moved(ones, old, new, old_sections, new_sections, mapped)
    labels = {row["b"]: clauses.labels(row) for row in clauses.relabelled(ones, old, new).to_dicts()}
    rows = _clause_rows(before, after, old, new, exact, matches, texts, moved, labels)
    counts = {
        "documents": _count(document_rows, new_documents.height, "change"),
        "sections": _count_inside(section_rows, old_sections, new_sections),
        "clauses": _count_inside(rows, old, new),
    }
    return Difference(before.name, after.name, counts, document_rows, section_rows, rows)


def _single(match: Match) -> bool:
    return len(match.before) == 1 == len(match.after)


def _as_frame(rows: list[tuple[int, int]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema={"a": pl.UInt32, "b": pl.UInt32}, orient="row")


def _matched(
    before: Side, after: Side, old: pl.DataFrame, new: pl.DataFrame
) -> tuple[pl.DataFrame, list[Match], tuple[dict[int, str], dict[int, str]]]:
    """Match clauses: those that are equal, those that are alike, and the texts of what had no equal id."""
    exact = clauses.same_id(old, new)
    left, right = clauses.leftovers(before, old, exact["a"]), clauses.leftovers(after, new, exact["b"])
    texts = (dict(left.select("row", "text").iter_rows()), dict(right.select("row", "text").iter_rows()))
    exact = pl.concat([exact, clauses.same_text(left, right)])
    left, right = (
        left.join(exact, left_on="row", right_on="a", how="anti"),
        right.join(exact, left_on="row", right_on="b", how="anti"),
    )
    if not left.height or not right.height:
        return exact, [], texts
    places = exact.join(new.select("row", ordinal_b="ordinal"), left_on="b", right_on="row")
    left = clauses.with_gaps(left, old, places.select("ordinal_b", row="a"))
    right = clauses.with_gaps(right, new, places.select("ordinal_b", row="b"))
    return exact, clauses.aligned(left, right), texts


def _section_rows(rows: pl.DataFrame, around: pl.DataFrame) -> pl.DataFrame:
    """Row of each clause, and the row of the section around it."""
    return rows.select("row", "section_id").join(
        around.select("section_id", section="row"), on="section_id", how="left"
    )


def _around(
    matched: pl.DataFrame, old: pl.DataFrame, new: pl.DataFrame, old_sections: pl.DataFrame, new_sections: pl.DataFrame
) -> pl.DataFrame:
    """Sections around matched clauses: `a`, `b` (rows of sections)."""
    joined = matched.join(_section_rows(old, old_sections), left_on="a", right_on="row").join(
        _section_rows(new, new_sections), left_on="b", right_on="row", suffix="_b"
    )
    return joined.select(a="section", b="section_b")


def _moved(
    ones: pl.DataFrame,
    old: pl.DataFrame,
    new: pl.DataFrame,
    old_sections: pl.DataFrame,
    new_sections: pl.DataFrame,
    mapped: pl.DataFrame,
) -> set[int]:
    """Rows of the newer side that went to another section, or to another place in their own.

    What moves with its section is told of the section; a clause whose section came or went stays where it is.
    """
    left = _section_rows(old, old_sections).join(old.select("row", place_a="ordinal"), on="row")
    right = _section_rows(new, new_sections).join(new.select("row", "pair", place_b="ordinal"), on="row")
    known = mapped.select(section="a", section_mapped="b")
    joined = (
        ones.join(left.join(known, on="section", how="left"), left_on="a", right_on="row")
        .join(right, left_on="b", right_on="row", suffix="_b")
        .with_columns(
            old_exists=pl.col("section_b").is_in(mapped["b"].implode()),
            same=pl.col("section_mapped").eq_missing(pl.col("section_b")),
        )
    )
    elsewhere = joined.filter(~pl.col("same") & pl.col("section_mapped").is_not_null() & pl.col("old_exists"))
    inside = joined.filter("same")
    turned = inside.filter(out_of_order(inside, by=("pair", "section_b")))
    return {*elsewhere["b"].to_list(), *turned["b"].to_list()}


def _clause_rows(
    before: Side,
    after: Side,
    old: pl.DataFrame,
    new: pl.DataFrame,
    exact: pl.DataFrame,
    matches: list[Match],
    texts: tuple[dict[int, str], dict[int, str]],
    moved: set[int],
    labels: Mapping[int, list[Row]],
) -> list[Row]:
    """Make the rows of all clauses that changed, in the order of the newer side, what was removed at its old place."""
    touched = {*moved, *labels}
    alike = {m.after[0]: m for m in matches if _single(m)}
    partner = dict(
        exact.filter(pl.col("b").is_in(pl.Series(sorted(touched), dtype=pl.UInt32).implode()))
        .select("b", "a")
        .iter_rows()
    )
    gone = set(texts[0]) - set(exact["a"].to_list()) - {row for m in matches for row in m.before}
    come = set(texts[1]) - set(exact["b"].to_list()) - {row for m in matches for row in m.after}
    wanted_a = {*partner.values(), *gone, *(row for m in matches for row in m.before)}
    wanted_b = {*partner, *come, *(row for m in matches for row in m.after)}
    a, b = _clauses(before, old, wanted_a, texts[0]), _clauses(after, new, wanted_b, texts[1])
    rows = [_row(["removed"], [a[row]], []) for row in gone]
    rows += [_row(["added"], [], [b[row]]) for row in come]
    for to, origin in partner.items():
        changes = [name for name, where in (("moved", moved), ("relabelled", labels)) if to in where]
        rows.append(_row(changes, [a[origin]], [b[to]], labels=labels.get(to, [])))
    for match in matches:
        olds, news = [a[row] for row in match.before], [b[row] for row in match.after]
        to = match.after[0]
        if alike.get(to) is match:
            changes = ["reworded", *(name for name, where in (("moved", moved), ("relabelled", labels)) if to in where)]
            marks = spans(olds[0]["text"], news[0]["text"])
            rows.append(_row(changes, olds, news, similarity=match.similarity, marks=marks, labels=labels.get(to, [])))
        else:
            kind = "split" if len(olds) == 1 else "merged"
            rows.append(_row([kind], olds, news, similarity=match.similarity))
    return [_without_pair(row) for row in sorted(rows, key=_place)]


def _clauses(side: Side, rows: pl.DataFrame, wanted: set[int], texts: Mapping[int, str]) -> dict[int, Row]:
    chosen = rows.filter(pl.col("row").is_in(pl.Series(sorted(wanted), dtype=pl.UInt32).implode()))
    lacking = chosen.filter(~pl.col("row").is_in(pl.Series(list(texts), dtype=pl.UInt32).implode()))["clause_id"]
    found = {}
    if len(lacking):
        found = dict(side.frame("clauses", ["clause_id", "text"], only=("clause_id", lacking.to_list())).iter_rows())
    return {
        row["row"]: {
            "clause": row["clause_id"],
            "document": row["document_id"],
            "section": row["section_id"],
            "ordinal": row["ordinal"],
            "text": texts[row["row"]] if row["row"] in texts else found[row["clause_id"]],
            "pair": row["pair"],
        }
        for row in chosen.to_dicts()
    }


def _row(
    changes: list[str],
    olds: list[Row],
    news: list[Row],
    *,
    similarity: float | None = None,
    marks: list[Row] | None = None,
    labels: list[Row] | None = None,
) -> Row:
    return {
        "changes": changes,
        "document": (news or olds)[0]["document"],
        "similarity": None if similarity is None else round(similarity, 4),
        "marks": marks,
        "labels": labels or [],
        "from": olds,
        "to": news,
    }


def _place(row: Row) -> tuple[int, int, bool]:
    first = (row["to"] or row["from"])[0]
    return first["pair"], first["ordinal"], not row["to"]


def _without_pair(row: Row) -> Row:
    for side in ("from", "to"):
        row[side] = [{key: value for key, value in one.items() if key not in {"pair", "document"}} for one in row[side]]
    return row


def _count(rows: list[Row], total: int, key: str) -> dict[str, int]:
    counted = Counter(row[key] for row in rows)
    unchanged = total - counted["added"] - counted["changed"]
    return {**{name: counted[name] for name in ("added", "removed", "changed")}, "unchanged": unchanged}


def _count_inside(rows: list[Row], old: pl.DataFrame, new: pl.DataFrame) -> dict[str, int]:
    """Count changes of sections or clauses; `unchanged` are those of the newer side that no row is about."""
    counted = Counter(change for row in rows for change in row["changes"])
    lonely_a, lonely_b = old["pair"].null_count(), new["pair"].null_count()
    touched = sum(len(row["to"]) if isinstance(row["to"], list) else bool(row["to"]) for row in rows)
    return {
        **dict(sorted(counted.items())),
        "unchanged": new.height - lonely_b - touched,
        "in_added_documents": lonely_b,
        "in_removed_documents": lonely_a,
    }
