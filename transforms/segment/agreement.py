"""The disclosure header against the text: title, number, date and issuer that contradict each other are findings."""

import re

from transforms.segment.blocks import squeeze
from transforms.segment.dates import parse_date
from transforms.segment.front import Front
from transforms.segment.lexicon import Lexicon
from transforms.segment.tree import Outline

Finding = tuple[str, str, str, int, int]
CODE = "header_contradicts_text"
_SIGNS = re.compile(r"[\s《》〈〉“”\"'（）()〔〕\[\]【】、，,.·:：—\-]")


def contradictions(text: str, outline: Outline, lexicon: Lexicon) -> list[Finding]:
    """Compare what the header of the page says with what the document itself prints.

    Only where both are sure: one title that holds the other, a short name of an organ beside its full one (市政府办 for
    临江市人民政府办公室) or one of several issuers contradict nothing.
    """
    front = outline.front
    header = {name: squeeze(text[slice(*span)]) for name, span in front.header.items()}
    found = []
    for name, says, span in (*_title(text, front, lexicon), *_number(text, front), *_signature(text, outline, lexicon)):
        if name in header and not _agree(name, header[name], says):
            message = f"The header says {header[name]}, the text {says}."
            found.append((CODE, "warning", message, *span))
    return found


def _title(text: str, front: Front, lexicon: Lexicon) -> list[tuple[str, str, tuple[int, int]]]:
    title = squeeze("".join(text[a:b] for a, b in front.title))
    if not title or lexicon.title_end.search(title) is None:
        return []
    return [("title", title, (front.title[0][0], front.title[-1][1]))]


def _number(text: str, front: Front) -> list[tuple[str, str, tuple[int, int]]]:
    return [("document_number", squeeze(text[slice(*span)]), span) for span in front.numbers[:1]]


def _signature(text: str, outline: Outline, lexicon: Lexicon) -> list[tuple[str, str, tuple[int, int]]]:
    """Date and organs of the first signature: the document's own, those of what is attached follow."""
    node = next((node for node in outline.nodes if node.kind == "signature"), None)
    attached = next((node.start for node in outline.nodes if node.kind == "attachment"), len(text))
    if node is None or node.start > attached:
        return []
    span = (node.start, node.end if node.end > node.start else node.start + 1)
    signature = text[slice(*span)]
    found = []
    if parse_date(signature) is not None:
        found.append(("written_on", signature.strip().splitlines()[-1].strip(), span))
    organs = [line.strip() for line in re.split(r"[\n\u3000 ]", signature) if lexicon.organ.search(line.strip())]
    if organs:
        found.append(("issuer", "、".join(organs), span))
    return found


def _agree(name: str, header: str, says: str) -> bool:
    if name == "written_on":
        dates = parse_date(header), parse_date(says)
        return None in dates or dates[0] == dates[1]
    one, other = _SIGNS.sub("", header), _SIGNS.sub("", says)
    if name == "document_number":
        return one == other
    if name == "title":
        return one in other or other in one
    parts = [part for part in re.split("[、，,;；]", header) if part]
    return any(_shortens(part, says) or _shortens(own, part) for part in parts for own in says.split("、"))


def _shortens(short: str, full: str) -> bool:
    """All characters of the one stand in the other, in order; an organ and its office are two."""
    if full.removeprefix(short) in {"办公厅", "办公室"}:
        return False
    rest = iter(full)
    return all(character in rest for character in short)
