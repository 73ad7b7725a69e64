"""Documents that repeat another: a copy keeps its row and names the document that it repeats."""

import pyarrow as pa
import pyarrow.compute as pc


def mark_copies(documents: pa.Table) -> pa.Table:
    """Fill `duplicate_of` for documents with the text of an earlier one, in the order of `documents`.

    A row that a stage has already marked keeps its mark. Texts without a printed character are no copies of each other.
    """
    first: dict[str, str] = {}
    marks: list[str | None] = []
    printed = pc.greater(pc.utf8_length(pc.utf8_trim_whitespace(documents["text"])), 0).to_pylist()
    columns = (documents[name].to_pylist() for name in ("document_id", "text_sha256", "duplicate_of"))
    for key, digest, mark, has_text in zip(*columns, printed, strict=True):
        original = first.setdefault(digest, key) if mark is None and has_text else key
        marks.append(mark or (original if original != key else None))
    place = documents.schema.get_field_index("duplicate_of")
    field = documents.schema.field(place)
    return documents.set_column(place, field, pa.array(marks, field.type))
