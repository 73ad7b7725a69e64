"""Where a reference to another document points: 《…》第八条 and 国发〔2026〕4号 to the document of the corpus that is meant.

Needs all documents of a release at once, so it runs after the batches are joined. Only what names one document and no
other gets a target: of copies the original, of an act and the notice that issues it the act. 立法技术规范（试行）（一）12:
a law is cited by its full title, 中华人民共和国 left out where the act says so; GB/T 9704-2012 7.2.5: a document number is
organ, year in 〔〕 and number.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from schemas.vocabularies import OUTWARD
from transforms.classify.columns import whole
from transforms.classify.targets import Targets

_STATE = "中华人民共和国"
_TITLE = re.compile(r"^《(?P<title>.+)》(?P<place>第.*)?$", re.DOTALL)
_SPACE = re.compile(r"\s+")
_VERSION = re.compile(r"[（(][^（）()]{0,12}(?:试行|暂行|修订|修正|草案|征求意见稿|稿)[^（）()]{0,12}[）)]$")
_NUMBER = str.maketrans("[［（(【]］）)】０１２３４５６７８９〈〉", "〔〔〔〔〔〕〕〕〕〕0123456789《》")


def with_documents(
    documents: pa.Table, attachments: pa.Table, clauses: pa.Table, read: Callable[[Collection[str]], pa.Table]
) -> pa.Table:
    """Fill `target_id` of the references that name a document or a document number of the corpus.

    Args:
        documents: All documents of the release.
        attachments: All their sections of kind attachment.
        clauses: Clauses with references, `references` found and the internal ones resolved.
        read: Gives the sections of documents, of which an article is cited.

    Returns:
        The clauses. A target is a document_id, or the section_id of the article that is cited or of the attachment that
        holds what is cited. A reference to the citing document itself has its own id as target.

    """
    place = clauses.schema.get_field_index("references")
    lists = whole(clauses.column(place))
    if not len(lists):
        return clauses
    cited = lists.flatten()
    outward = pc.is_in(cited.field("kind"), pa.array(OUTWARD))
    if not pc.any(outward).as_py():
        return clauses
    texts = pc.filter(cited.field("text"), outward)
    found = _found(pc.unique(texts).to_pylist(), _Corpus(documents, attachments), read)
    targets = cited.field("target_id").to_pylist()
    for row, text in zip(pc.indices_nonzero(outward).to_pylist(), texts.to_pylist(), strict=True):
        targets[row] = found[text]
    kind = lists.type.value_type
    fields = [pa.array(targets, pa.string()) if f.name == "target_id" else cited.field(f.name) for f in kind]
    offsets = pc.subtract(lists.offsets, lists.offsets[0])
    filled = pa.ListArray.from_arrays(offsets, pa.StructArray.from_arrays(fields, fields=list(kind)), type=lists.type)
    return clauses.set_column(place, clauses.schema.field(place), filled)


def _found(
    texts: Iterable[str], corpus: "_Corpus", read: Callable[[Collection[str]], pa.Table]
) -> dict[str, str | None]:
    """Find what references name: document or attachment, and the article in it."""
    found = {text: corpus.find(text) for text in texts}
    placed = {text: match["place"] for text in texts if (match := _TITLE.match(text)) and match["place"]}
    wanted = {corpus.document[key] for text in placed if (key := found[text]) is not None}
    articles: dict[str, list[dict[str, Any]]] = {document: [] for document in wanted}
    columns = ["section_id", "document_id", "parent_id", "kind", "number", "ordinal"]
    for row in read(wanted).select(columns).to_pylist() if wanted else ():
        if row["document_id"] in articles:
            articles[row["document_id"]].append(row)
    targets = {key: Targets(sorted(rows, key=lambda row: row["ordinal"])) for key, rows in articles.items()}
    for text, place in placed.items():
        if (key := found[text]) is not None:
            document = corpus.document[key]
            chain = targets[document].follow(place, key if key != document else None)
            if chain and chain[-1][1] is not None:
                found[text] = chain[-1][1]["section_id"]
    return found


class _Corpus:
    """The documents by what others call them; `document` gives the document of each, be it one or an attachment."""

    def __init__(self, documents: pa.Table, attachments: pa.Table) -> None:
        rows = documents.select(["document_id", "title_reading", "document_number_norm", "duplicate_of"]).to_pylist()
        originals = [row for row in rows if row["duplicate_of"] is None]
        attached = attachments.select(["section_id", "document_id", "title"]).to_pylist()
        self.document = {row["document_id"]: row["document_id"] for row in rows}
        self.document |= {row["section_id"]: row["document_id"] for row in attached}
        self._numbers = _unambiguous((_number(row["document_number_norm"]), row["document_id"]) for row in originals)
        # What a notice issues is cited by its own title; the notice, which may bear the same title inside its own, is not.
        by_title = _unambiguous((name, row["section_id"]) for row in attached for name in _names(row["title"]))
        self._titles = by_title | _unambiguous(
            (name, row["document_id"]) for row in originals for name in _names(row["title_reading"])
        )

    def find(self, text: str) -> str | None:
        """Id of what a reference names; None where the corpus does not hold it, or holds two of the name."""
        match = _TITLE.match(text)
        if match is None:
            # Words before the number are no part of it, but no form tells them from the organ's short name: 按照国发〔2026〕4号.
            number = _number(text)
            return next((key for i in range(len(number)) if (key := self._numbers.get(number[i:]))), None)
        return next((self._titles[name] for name in _names(match["title"]) if name in self._titles), None)


def _unambiguous(named: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Names that only one of the things has."""
    holders: dict[str, set[str]] = defaultdict(set)
    for name, key in named:
        if name:
            holders[name].add(key)
    return {name: next(iter(keys)) for name, keys in holders.items() if len(keys) == 1}


def _names(title: Any) -> list[str]:  # noqa: ANN401 - a string or None
    """What a title may be called, the fullest first: with and without its version in brackets and 中华人民共和国."""
    solid = _SPACE.sub("", title or "")
    full, bare = (name.translate(_NUMBER) for name in (solid, _VERSION.sub("", solid)))
    return list(dict.fromkeys(name for name in (full, bare, bare.removeprefix(_STATE)) if name))


def _number(number: str | None) -> str:
    return _SPACE.sub("", number or "").translate(_NUMBER).replace("第", "").replace("號", "号")
