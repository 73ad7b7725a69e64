"""Where a reference to another document points: 《…》第八条 and 国发〔2026〕4号 to the document of the corpus that is meant.

Needs all documents of a release at once, so it runs after the batches are joined. Only what names one document and no
other gets a target: of copies the original, of an act and the notice that issues it the act. 立法技术规范（试行）（一）12:
a law is cited by its full title, 中华人民共和国 left out where the act says so; GB/T 9704-2012 7.2.5: a document number is
organ, year in 〔〕 and number.
"""

import re
from collections.abc import Callable, Collection, Iterable, Sequence
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
    once = pc.unique(texts)
    cites = once.to_pylist()
    found = pa.array(_found(cites, _Corpus(documents, attachments, cites), read), pa.string())
    targets = pc.replace_with_mask(cited.field("target_id"), outward, found.take(pc.index_in(texts, once)))
    kind = lists.type.value_type
    fields = [targets if f.name == "target_id" else cited.field(f.name) for f in kind]
    offsets = pc.subtract(lists.offsets, lists.offsets[0])
    filled = pa.ListArray.from_arrays(offsets, pa.StructArray.from_arrays(fields, fields=list(kind)), type=lists.type)
    return clauses.set_column(place, clauses.schema.field(place), filled)


def _found(texts: Sequence[str], corpus: "_Corpus", read: Callable[[Collection[str]], pa.Table]) -> list[str | None]:
    """Find what references name: document or attachment, and the article in it."""
    found = [corpus.find(text) for text in texts]
    placed = [
        (row, key, match["place"])
        for row, (text, key) in enumerate(zip(texts, found, strict=True))
        if key is not None and (match := _TITLE.match(text)) and match["place"]
    ]
    wanted = {corpus.document(key) for _, key, _ in placed}
    articles: dict[str, list[dict[str, Any]]] = {document: [] for document in wanted}
    columns = ["section_id", "document_id", "parent_id", "kind", "number", "ordinal"]
    for row in read(wanted).select(columns).to_pylist() if wanted else ():
        if row["document_id"] in articles:
            articles[row["document_id"]].append(row)
    targets = {key: Targets(sorted(rows, key=lambda row: row["ordinal"])) for key, rows in articles.items()}
    for place, key, article in placed:
        document = corpus.document(key)
        chain = targets[document].follow(article, key if key != document else None)
        if chain and chain[-1][1] is not None:
            found[place] = chain[-1][1]["section_id"]
    return found


class _Corpus:
    """The documents and their attachments by what others call them: of titles those that are cited, of all numbers."""

    def __init__(self, documents: pa.Table, attachments: pa.Table, cites: Iterable[str]) -> None:
        cited = {name for text in cites if (match := _TITLE.match(text)) for name in _names(match["title"])}
        originals = documents.filter(pc.is_null(documents["duplicate_of"]))
        keys = originals["document_id"].to_pylist()
        attached = attachments["section_id"].to_pylist()
        self._home: dict[str, str] = dict(zip(attached, attachments["document_id"].to_pylist(), strict=True))
        numbers = zip(originals["document_number_norm"].to_pylist(), keys, strict=True)
        self._numbers = _unambiguous((_number(number), key) for number, key in numbers)
        # What a notice issues is cited by its own title; the notice, which may bear the same title inside its own, is not.
        self._titles = _by_title(attachments["title"], attached, cited)
        self._titles |= _by_title(originals["title_reading"], keys, cited)

    def document(self, key: str) -> str:
        """Document of what was found, be it one or an attachment."""
        return self._home.get(key, key)

    def find(self, text: str) -> str | None:
        """Id of what a reference names; None where the corpus does not hold it, or holds two of the name."""
        match = _TITLE.match(text)
        if match is None:
            # Words before the number are no part of it, but no form tells them from the organ's short name: 按照国发〔2026〕4号.
            number = _number(text)
            return next((key for i in range(len(number)) if (key := self._numbers.get(number[i:]))), None)
        return next((self._titles[name] for name in _names(match["title"]) if name in self._titles), None)


def _by_title(titles: pa.ChunkedArray, keys: Sequence[str], cited: Collection[str]) -> dict[str, str]:
    named = zip((title.as_py() for title in titles), keys, strict=True)
    return _unambiguous((name, key) for title, key in named for name in _names(title) if name in cited)


def _unambiguous(named: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Names that only one of the things has."""
    holders: dict[str, str | None] = {}
    for name, key in named:
        if name and holders.setdefault(name, key) != key:
            holders[name] = None
    return {name: key for name, key in holders.items() if key is not None}


def _names(title: Any) -> list[str]:  # noqa: ANN401 - a string or None
    """What a title may be called, the fullest first: with and without its version in brackets and 中华人民共和国."""
    solid = _SPACE.sub("", title or "")
    full, bare = (name.translate(_NUMBER) for name in (solid, _VERSION.sub("", solid)))
    return list(dict.fromkeys(name for name in (full, bare, bare.removeprefix(_STATE)) if name))


def _number(number: str | None) -> str:
    return _SPACE.sub("", number or "").translate(_NUMBER).replace("第", "").replace("號", "号")
