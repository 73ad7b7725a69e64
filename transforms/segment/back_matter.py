"""What stands under the text: signature, date, notes, imprint, and the heads of what is attached (GB/T 9704-2012 7.3, 7.4)."""

import re

from transforms.segment.blocks import Block, squeeze, trim
from transforms.segment.dates import FIRST_MONTH_DATE, parse_date
from transforms.segment.front import ADOPTION, NUMBER_LINE, SPEECH, Front, is_title_suffix, speaker
from transforms.segment.growth import Growth
from transforms.segment.lexicon import DATE, Lexicon
from transforms.segment.tree import Node

MOST_SIGNERS = 12
LONGEST_INNER_TITLE = 80
LONGEST_ORGAN = 60
_DAY = f"(?:{DATE}|{FIRST_MONTH_DATE})"
_SIGNED = re.compile(f"(?P<organ>[^。；，！？\\n]{{0,60}}?){{b}}(?P<date>{_DAY})$".replace("{b}", "[ \u3000\t]*"))
_SIGNED_TAIL = re.compile(
    f"(?P<organ>[^（()）]{{2,{LONGEST_ORGAN}}}?)(?P<date>{DATE})(?P<note>[（(][^（）()]{{2,40}}[）)])?(?P<title>.{{0,80}})",
)
_LAST_SENTENCE = re.compile("(?<=[。！？])[^。！？；，：\n]+$")
_WITHOUT_STOP = re.compile("[^。！？；，：\n]+")
DATE_ONLY = re.compile(f"^[（(]?{_DAY}[）)]?$")
_BRACKETS = re.compile("^[（(].*[）)]$")
_IMPRINT = re.compile(f"^(?:抄[ \u3000]*[送报][:：].*|.{{2,40}}?[ \u3000]*{DATE}[ \u3000]*印发)$")
_COPIED = re.compile("^抄[ \u3000]*送[:：][ \u3000]*(.+?)[。．]?$")
_NOTE = re.compile(r"^[（(][^（）()]{2,40}[）)]$")
_ATTACHMENT_HEAD = re.compile(
    "^附[ \u3000]*[件表录图][ \u3000]*"
    "(?P<number>[0-9０-９一二三四五六七八九十]{0,3}(?:[-－—][0-9０-９]{1,2}(?![0-9０-９年月]))?)"
    "(?P<rest>[ \u3000]*[：:]?.{0,60})$"
)
_PROSE = re.compile("[。；，]|[：:]$")
"""No title holds a stop or a comma, or ends with a colon."""
_NAMED = re.compile("《([^《》]+)》")
_STATUS = re.compile("[（(][^（）()]{1,10}[）)]$")
_EXPLANATION = re.compile("^关于《.+》.{0,12}的(?:说明|报告|汇报)$")
_PERSON_NAME = re.compile("^[\u4e00-\u9fff·](?:[\u4e00-\u9fff·]{1,5}|[ \u3000]+[\u4e00-\u9fff])$")
_TAIL_OF_DECISION = re.compile(
    "^(?:本(?:决定|决议)自[^。]*(?:施行|生效|执行|实施)|《[^。]+根据本(?:决定|决议)[^。]*(?:修改|修正|调整)[^。]*公布)"
)
_TAIL_IN_LINE = re.compile("本(?<=。本)(?:决定|决议)自[^。“”]{2,40}(?:施行|生效|执行|实施)。")


class BackMatter(Growth):
    """Recognises the back matter of a document and opens the zones of its attachments."""

    def __init__(self, text: str, blocks: list[Block], front: Front, lexicon: Lexicon) -> None:
        super().__init__(text, blocks, front)
        self.lexicon = lexicon
        self.signed = False
        self.first_zone = -1
        self.decided = False

    def _back_matter(self, index: int, block: Block, line: str) -> bool:
        """Signature, date, note and heading of an attachment: the 主体 ends and what is attached begins.

        GB/T 9704-2012 7.3.5 to 7.3.7 and 7.4: under the text stand organ and date, 附注 in brackets, 附件, 版记, in this order.
        """
        if DATE_ONLY.match(line):
            self._signature(index, block)
            return True
        signed = _SIGNED.match(line) if line.endswith("日") else None
        if signed and (self.lexicon.organ.search(signed.group("organ").strip()) or not signed.group("organ").strip()):
            self._sign((block.start, block.end), signed.group("date"), signed.group("organ").strip(), block)
            return True
        if self._signs_before_date(index):
            return True  # painted when the date is met
        if block.new_line and _TAIL_OF_DECISION.match(line) and self._title().endswith("决定"):
            self._tail_of_decision(block)
            return True
        if self.signed and self._subject_words(block, line):
            return True
        if (line.startswith("抄") or line.endswith("印发")) and _IMPRINT.match(line):
            self._copied_to(block, line)
            self.stack.clear()  # 版记 closes the page: it belongs to nothing above
            self._unit("note", block, ["版记"], role="metadata")
            return True
        if _NOTE.match(line) and any(word in line for word in self.lexicon.words["note"]):
            self._unit("note", block, ["note in brackets"], role="metadata")
            self.signed = True
            return True
        head = _ATTACHMENT_HEAD.match(line)
        if head and block.new_line and not line.endswith(("。", "；", "，")):
            self._attachment(block, head)
            return True
        if self.signed and block.new_line and not _PROSE.search(line) and len(line) <= LONGEST_INNER_TITLE:
            self._inner_title(block)
            return True
        if block.new_line and (why := self._opens_text_of_its_own(index, line)):
            self._titled_zone(block, why)
            return True
        return False

    def _zone_head(self, block: Block, line: str) -> bool:
        """What stands under the title of an attachment: its status, 题注, number; of a speech the occasion and the speaker.

        立法技术规范: status and 题注 under the title, before 目录 and text, as at the head of a document.
        """
        if self.zone < 0 or self.stack != [self.zone] or not self._is_empty(self.zone):
            return False
        zone = self.out.nodes[self.zone]
        if zone.title and is_title_suffix(line, self.lexicon):
            zone.title = (zone.title[0], block.end)
            self.out.roles.append((block.start, block.end, "heading"))
            return True
        if SPEECH.match(line):
            self.out.roles.append((block.start, block.end, "heading"))
            return True
        noted = _BRACKETS.match(line) and (ADOPTION.match(line) or DATE_ONLY.match(line))
        addressed = line.endswith("：") and "各位" in line and "。" not in line
        if noted or addressed or NUMBER_LINE.match(line) or (zone.title and speaker(line, self.lexicon)):
            self.out.roles.append((block.start, block.end, "metadata"))
            self.signed = False
            return True
        return False

    def _is_empty(self, zone: int) -> bool:
        return self.last_leaf[zone] < 0 and not any(node.parent == zone for node in self.out.nodes[zone + 1 :])

    def _opens_text_of_its_own(self, index: int, line: str) -> str:
        """Why a line is the title of another text: a second act that the title names, an explanation, a glossary; else ""."""
        if squeeze(line).strip("【】〔〕[]（）()：:") in self.lexicon.words["glossary"]:
            return "explanation of terms"
        following = self.blocks[index + 1] if index + 1 < len(self.blocks) else None
        if following is None:
            return ""
        if _EXPLANATION.match(line) and SPEECH.match(self.text[following.start : following.end]):
            return "title of an explanation, the occasion under it"
        zone = self.out.nodes[self.zone] if self.zone >= 0 else None
        if not (self.decided or (zone and zone.title)) or not self._is_issued(line):
            return ""
        same = (
            zone
            and zone.title
            and _STATUS.sub("", squeeze(self.text[slice(*zone.title)])) == _STATUS.sub("", squeeze(line))
        )
        return "" if same else "title of an act that the document issues"

    def _tail_of_decision(self, block: Block) -> None:
        """When it enters into force, and that the act is published anew: said of the whole decision, not of its last point.

        Practice of 修改决定 of the standing committees: these paragraphs close the decision, without a number.
        """
        for open_node in self.stack:
            if open_node != self.zone:
                self.out.nodes[open_node].end = block.start
        self._close_to_zone()
        self.decided = True
        self._prose(block.start, block.end)

    def _subject_words(self, block: Block, line: str) -> bool:
        """主题词 in the imprint (版记 before GB/T 9704-2012)."""
        header = self.lexicon.header.match(line)
        if header is None or self.lexicon.header_fields[squeeze(header.group(1))] != "subject_words":
            return False
        value = (block.start + header.start(2), block.start + header.end(2))
        self.out.fields.setdefault("subject_words", value)
        self._unit("note", block, ["版记"], role="metadata")
        return True

    def _copied_to(self, block: Block, line: str) -> None:
        """抄送机关 in the imprint (GB/T 9704-2012 7.4.2); of several lines (抄报, 抄送) the first that says 抄送."""
        if copied := _COPIED.match(line):
            self.out.fields.setdefault("copied_to", (block.start + copied.start(1), block.start + copied.end(1)))

    def _title(self) -> str:
        return squeeze("".join(self.text[a:b] for a, b in self.front.title))

    def _is_issued(self, line: str) -> bool:
        """The title of the document names it in 《》: a notice names what it issues, a decision what it amends."""
        named = {_STATUS.sub("", name) for name in _NAMED.findall(self._title())}
        return _STATUS.sub("", squeeze(line)) in named

    def _prose(self, start: int, end: int) -> None:
        """A paragraph; where line breaks were deleted, the back matter stands behind its last stop.

        GB/T 9704-2012 7.3.5: organ and date close the text, a note or the act that is issued follows. No sentence ends
        with a date or a name that has no stop.
        """
        tail = _TAIL_IN_LINE.search(self.text, start, end)
        if tail and tail.start() > start and self._title().endswith("决定"):
            super()._prose(start, tail.start())
            self._tail_of_decision(_piece(tail.start(), end))
            return
        # Mostly a paragraph ends with a stop, and nothing stands behind it.
        open_end = start < end and self.text[end - 1] not in "。！？；，："
        last = None
        if open_end:
            last = _LAST_SENTENCE.search(self.text, start, end) or _WITHOUT_STOP.fullmatch(self.text, start, end)
        if last is None or not self._glued_back_matter(last, before=(start, last.start())):
            super()._prose(start, end)

    def _glued_back_matter(self, last: re.Match[str], before: tuple[int, int]) -> bool:
        signed = _SIGNED_TAIL.fullmatch(self.text, *last.span())
        if signed is None:
            if (self.zone < 0 and not self.decided) or not self._is_issued(last.group()):
                return False
            super()._prose(*before)
            self._titled_zone(_piece(*last.span()), "title of an act that the document issues")
            return True
        organ, title = signed.group("organ").strip(), signed.group("title").strip()
        signer = speaker(organ, self.lexicon)
        if not (signer or self._is_organ(organ)) or (title and not self._is_issued(title)):
            return False
        super()._prose(*before)
        if signer:
            self.out.fields.setdefault("signatory", signer)
            organ = ""
        span = trim(self.text, signed.start("organ"), signed.end("date"))
        self._sign(span, signed.group("date"), organ, _piece(*span))
        if signed.group("note"):
            self._unit("note", _piece(*signed.span("note")), ["note in brackets"], role="metadata")
        if title:
            self._titled_zone(_piece(*trim(self.text, *signed.span("title"))), "title under the signature")
            self.signed = False
        return True

    def _signs_before_date(self, index: int) -> bool:
        """A line of the signature: an organ, over other organs or over the date.

        GB/T 9704-2012 7.3.5.1: of a document of several organs each stands on a line of its own over one date.
        """
        for at, block in enumerate(self.blocks[index : index + MOST_SIGNERS], start=index):
            line = self.text[block.start : block.end]
            if block.step is not None:
                return False
            if DATE_ONLY.match(line):
                return block is not self.blocks[index]
            if not (self._is_organ(line) or self._is_signer(at)):
                return False
        return False

    def _is_signer(self, index: int) -> bool:
        """Post and name of who signs an order, on one line or, line breaks lost, in two pieces (GB/T 9704-2012 10.1)."""
        line = self._line(index)
        posts = self.lexicon.words["post"]
        return bool(
            speaker(line, self.lexicon)
            or (line.endswith(posts) and len(line) <= LONGEST_ORGAN and _PERSON_NAME.match(self._line(index + 1)))
            or (_PERSON_NAME.match(line) and self._line(index - 1).endswith(posts))
        )

    def _line(self, index: int) -> str:
        """Text of a block; empty where there is none."""
        return self.text[self.blocks[index].start : self.blocks[index].end] if 0 <= index < len(self.blocks) else ""

    def _is_organ(self, line: str) -> bool:
        """The name of an organ and nothing else: short, ends like one, no stop or comma (GB/T 9704-2012 7.3.5)."""
        return (
            len(line) <= LONGEST_ORGAN
            and bool(self.lexicon.organ.search(line))
            and not any(c in "。；，：" for c in line)
        )

    def _signature(self, index: int, block: Block) -> None:
        """A date on a line of its own, with the organs on the lines before it (GB/T 9704-2012 7.3.5)."""
        start = block.start
        organ = ""
        first = index
        while first > max(self.front.body, index - MOST_SIGNERS + 1):
            before = self.blocks[first - 1]
            name = self.text[before.start : before.end]
            if before.step is not None or not (self._is_organ(name) or self._is_signer(first - 1)):
                break
            start = before.start
            if self._is_organ(name):
                # Each on a line of its own: one issuer, as a header prints several.
                organ = f"{name}、{organ}" if organ else name
            elif signer := speaker(self.text[start : self.blocks[index - 1].end], self.lexicon):
                self.out.fields.setdefault("signatory", signer)
            first -= 1
        self._sign((start, block.end), self.text[block.start : block.end], organ, block)

    def _sign(self, span: tuple[int, int], date: str, organ: str, block: Block) -> None:
        self._close_to_zone()
        node = Node("signature", span[0], self._open_parent(), 1, evidence=["organ and date under the text"])
        self._add(node)
        node.end = block.end
        self.out.roles.append((*span, "metadata"))
        if (signed_on := parse_date(date)) is not None:
            self.out.fields.setdefault("written_on", signed_on)
        if organ:
            self.out.fields.setdefault("signed_by", organ)
        self.signed = True

    def _attachment(self, block: Block, head: re.Match[str]) -> None:
        """附件 with its number, at the head of what is attached (GB/T 9704-2012 7.3.7): the zone of the attachment begins."""
        self.stack.clear()
        self.chapter = -1
        rest = head.group("rest").lstrip(" \u3000：:")
        node = Node("attachment", block.start, -1, 1, evidence=["附件"])
        node.number = head.group("number") or None
        mark = trim(self.text, block.start, block.end - len(rest))[1]
        while mark > block.start and self.text[mark - 1] in "：: \u3000":
            mark -= 1
        node.label_text = self.text[block.start : mark]
        if rest:
            node.title = (block.end - len(rest), block.end)
        self.out.roles.append((block.start, block.end, "heading"))
        self._open_zone(node)
        self.signed = not rest

    def _open_zone(self, node: Node) -> None:
        self.zone = self._add(node)
        self.stack.append(self.zone)
        if self.first_zone < 0:
            self.first_zone = node.start

    def _inner_title(self, block: Block) -> None:
        """Title of what a notice issues, under its signature; or of an attachment, under the word 附件.

        党政机关公文处理工作条例 第八条: a 通知 issues (印发, 转发) another document, which follows the notice with a title of its own.
        """
        current = self.out.nodes[self.zone] if self.zone >= 0 else None
        if (
            current is not None
            and self.stack == [self.zone]
            and not any(n.parent == self.zone for n in self.out.nodes)
            and (current.title is None or current.title[1] >= block.start - 2)
        ):
            current.title = (current.title[0] if current.title else block.start, block.end)
            self.out.roles.append((block.start, block.end, "heading"))
        else:
            self._titled_zone(block, "title under the signature")
        # Where line breaks are lost the 题注 stands behind the title.
        title = _NOTE_BEHIND.sub("", squeeze(self.text[block.start : block.end]))
        if self.lexicon.title_end.search(title):
            self.signed = False

    def _titled_zone(self, block: Block, why: str) -> None:
        """A text of its own begins with its title."""
        self.stack.clear()
        self.chapter = -1
        self.out.roles.append((block.start, block.end, "heading"))
        self._open_zone(Node("attachment", block.start, -1, 1, title=(block.start, block.end), evidence=[why]))


_NOTE_BEHIND = re.compile("[（(][^（）()]*(?:通过|公布|发布|施行|修订|修正|批准)[^（）()]*[）)]$")


def _piece(start: int, end: int) -> Block:
    return Block(start, end, None, new_line=False)
