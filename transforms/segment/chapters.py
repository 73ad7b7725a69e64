"""Chapters whose headings are lost: what a flattened plan still tells about them."""

from transforms.segment.blocks import Block
from transforms.segment.lexicon import Lexicon

LONGEST_LEAD_IN = 160
FEWEST_LEAD_INS = 2


def infer_chapters(
    text: str,
    blocks: list[Block],
    entries: set[int],
    lexicon: Lexicon,
) -> tuple[set[int], dict[int, str]]:
    """Find the paragraphs that open a chapter, and the entries that begin one without.

    The Recommendations for five-year plans number their entries through all chapters and open most chapters with an
    unnumbered paragraph of one sentence (引言) that begins with a stance (坚持…, 围绕…) and names no subject. It stands
    directly before a number and is not the only text of the entry before.

    Returns:
        Indices of lead-in blocks; start of an entry -> reason, for chapters that begin with an entry. Both empty where
        the text shows fewer than two lead-ins.

    """
    lead_ins: set[int] = set()
    if not entries:
        return set(), {}
    for index in range(1, len(blocks) - 1):
        block, before, after = blocks[index], blocks[index - 1], blocks[index + 1]
        if block.step is not None or after.step is None or after.step.candidate.start not in entries:
            continue
        # The first paragraph after a number is the entry's own text (its heading stands in the block of the number).
        if before.step is not None and before.end - before.step.candidate.end < LONGEST_LEAD_IN // 3:
            continue
        if _is_lead_in(text[block.start : block.end], lexicon):
            lead_ins.add(index)
    if len(lead_ins) < FEWEST_LEAD_INS:
        return set(), {}
    first = min(entries)
    openers = {}
    first_lead_in = blocks[min(lead_ins)].start
    if first < first_lead_in:
        openers[first] = "opening group of entries"
        for block in blocks:
            step = block.step
            if step is None or not first < block.start < first_lead_in or step.candidate.start not in entries:
                continue
            title = text[step.candidate.end : step.candidate.end + 40].split("。", maxsplit=1)[0]
            if any(word in title for word in lexicon.lead_in["second_chapter"]):
                openers[step.candidate.start] = "entry on guiding thought"
                break
    return lead_ins, openers


def _is_lead_in(paragraph: str, lexicon: Lexicon) -> bool:
    """One sentence with a stance and no subject (practice of the Recommendations for five-year plans: 坚持…, 围绕…, 推动…)."""
    body = paragraph.rstrip("。")
    return (
        len(paragraph) <= LONGEST_LEAD_IN
        and not any(c in "。！？；;" for c in body)
        and not paragraph.startswith(lexicon.lead_in["looks_back"])
        and (paragraph.startswith(lexicon.lead_in["opens"]) or _first_tag(paragraph) in _STANCE)
    )


_STANCE = frozenset(("v", "vn", "vd", "p", "d", "ad", "a", "b", "i"))
"""Parts of speech (ICTCLAS tags) of a first word that is no subject: verb, preposition, adverb, adjective, set phrase."""


def _first_tag(paragraph: str) -> str:
    import rjieba  # noqa: PLC0415 - its dictionary takes 0.2 s to load, and few documents ask

    tagged = rjieba.tag(paragraph[:12])
    return str(tagged[0][1]) if tagged else ""
