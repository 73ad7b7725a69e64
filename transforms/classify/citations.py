"""Where a reference to another document points: 《…》第八条 and 国发〔2026〕4号 to the document of the corpus that is meant.

Needs all documents of a release at once, so it runs after the batches are joined. Only what names one document and no
other gets a target: of copies the original, of an act and the notice that issues it the act. 立法技术规范（试行）（一）12:
a law is cited by its full title, 中华人民共和国 left out where the act says so; GB/T 9704-2012 7.2.5: a document number is
organ, year in 〔〕 and number.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

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
    once = pc.unique(texts)
    found = pa.array(
        _found([_Citation.of(text) for text in once.to_pylist()], documents, attachments, read), pa.string()
    )
    targets = pc.replace_with_mask(cited.field("target_id"), outward, found.take(pc.index_in(texts, once)))
    kind = lists.type.value_type
    fields = [targets if f.name == "target_id" else cited.field(f.name) for f in kind]
    offsets = pc.subtract(lists.offsets, lists.offsets[0])
    filled = pa.ListArray.from_arrays(offsets, pa.StructArray.from_arrays(fields, fields=list(kind)), type=lists.type)
    return clauses.set_column(place, clauses.schema.field(place), filled)


class _Citation(NamedTuple):
    """What a reference says.

    Attributes:
        names: What the document may be called, the fullest name first, where it is cited by its title.
        article: Article of it, as printed.
        number: Its document number, where it is cited by that, with words that may stand before it.

    """

    names: tuple[str, ...] = ()
    article: str | None = None
    number: str = ""

    @classmethod
    def of(cls, text: str) -> "_Citation":
        match = _TITLE.match(text)
        return cls(_names(match["title"]), match["place"]) if match else cls(number=_number(text))


class _Place(NamedTuple):
    """A document of the corpus, or an attachment of one."""

    document: str
    attachment: str | None = None

    @property
    def key(self) -> str:
        return self.attachment or self.document


def _found(
    citations: Sequence[_Citation],
    documents: pa.Table,
    attachments: pa.Table,
    read: Callable[[Collection[str]], pa.Table],
) -> list[str | None]:
    """Find what references name, document or attachment, and the article in it; None where the corpus does not hold it."""
    corpus = _Corpus(documents, attachments, citations)
    places = [corpus.find(citation) for citation in citations]
    found = [place and place.key for place in places]
    placed = [
        (row, place, citation.article)
        for row, (citation, place) in enumerate(zip(citations, places, strict=True))
        if place is not None and citation.article
    ]
    wanted = {place.document for _, place, _ in placed}
    articles: dict[str, list[dict[str, Any]]] = {document: [] for document in wanted}
    columns = ["section_id", "document_id", "parent_id", "kind", "number", "ordinal"]
    for row in read(wanted).select(columns).to_pylist() if wanted else ():
        if row["document_id"] in articles:
            articles[row["document_id"]].append(row)
    targets = {key: Targets(sorted(rows, key=lambda row: row["ordinal"])) for key, rows in articles.items()}
    for number, place, article in placed:
        chain = targets[place.document].follow(article, place.attachment)
        if chain and chain[-1][1] is not None:
            found[number] = chain[-1][1]["section_id"]
    return found


class _Corpus:
    """The documents and their attachments by what others call them: of titles those that are cited, of all numbers."""

    def __init__(self, documents: pa.Table, attachments: pa.Table, citations: Sequence[_Citation]) -> None:
        cited = {name for citation in citations for name in citation.names}
        columns = documents.select(["document_id", "document_number_norm", "title_reading"])
        self._documents = columns.filter(pc.is_null(documents["duplicate_of"]))
        self._attachments = attachments
        # Rows: ids are taken of the few that are found.
        titles = ((_names(title), row) for row, title in _each(self._documents["title_reading"]))
        self._titles = _unambiguous((name, row) for names, row in titles for name in names if name in cited)
        attached = ((_names(title), row) for row, title in _each(attachments["title"]))
        self._attached = _unambiguous((name, row) for names, row in attached for name in names if name in cited)
        numbers = _each(self._documents["document_number_norm"])
        self._numbers = _unambiguous((_number(number), row) for row, number in numbers)

    def find(self, citation: _Citation) -> _Place | None:
        """Find what a reference names; None where the corpus does not hold it, or holds two of the name."""
        for name in citation.names:
            # What a notice issues is cited by its own title; the notice may bear the same title inside its own.
            if name in self._titles:
                return self._document(self._titles[name])
            if name in self._attached:
                row = self._attached[name]
                return _Place(*(self._attachments[column][row].as_py() for column in ("document_id", "section_id")))
        # Words before a number are no part of it, but no form tells them from the organ's short name: 按照国发〔2026〕4号.
        ends = (citation.number[i:] for i in range(len(citation.number)))
        return next((self._document(self._numbers[end]) for end in ends if end in self._numbers), None)

    def _document(self, row: int) -> _Place:
        return _Place(self._documents["document_id"][row].as_py())


def _each(column: pa.ChunkedArray) -> Iterator[tuple[int, str | None]]:
    """Rows and values, one after the other."""
    return enumerate(value.as_py() for value in column)


def _unambiguous(named: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Names that only one of the rows has."""
    holders: dict[str, int] = {}
    shared = set()
    for name, row in named:
        if name and holders.setdefault(name, row) != row:
            shared.add(name)
    return {name: row for name, row in holders.items() if name not in shared}


def _names(title: str | None) -> tuple[str, ...]:
    """What a title may be called, the fullest first: with and without its version in brackets and 中华人民共和国."""
    solid = _SPACE.sub("", title or "")
    full, bare = (name.translate(_NUMBER) for name in (solid, _VERSION.sub("", solid)))
    return tuple(dict.fromkeys(name for name in (full, bare, bare.removeprefix(_STATE)) if name))


def _number(number: str | None) -> str:
    return _SPACE.sub("", number or "").translate(_NUMBER).replace("第", "").replace("號", "号")
