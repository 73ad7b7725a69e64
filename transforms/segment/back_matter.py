"""What stands under the text: signature, date, notes, imprint, and the heads of what is attached (GB/T 9704-2012 7.3, 7.4)."""

import re

from transforms.segment.blocks import Block, trim
from transforms.segment.dates import parse_date
from transforms.segment.front import Front
from transforms.segment.growth import Growth
from transforms.segment.lexicon import DATE, Lexicon
from transforms.segment.tree import Node

MOST_SIGNERS = 12
LONGEST_INNER_TITLE = 80
_SIGNED = re.compile(f"(?P<organ>[^。；，！？\\n]{{0,60}}?){{b}}(?P<date>{DATE})$".replace("{b}", "[ \u3000\t]*"))
DATE_ONLY = re.compile(f"^[（(]?{DATE}[）)]?$")
_IMPRINT = re.compile(f"^(?:抄[ \u3000]*[送报][:：].*|.{{2,40}}?[ \u3000]*{DATE}[ \u3000]*印发)$")
_NOTE = re.compile(r"^[（(][^（）()]{2,40}[）)]$")
_ATTACHMENT_HEAD = re.compile(
    "^附[ \u3000]*[件表录图][ \u3000]*(?P<number>[0-9０-９一二三四五六七八九十]{0,3})(?P<rest>[ \u3000]*[：:]?.{0,60})$"
)


class BackMatter(Growth):
    """Recognises the back matter of a document and opens the zones of its attachments."""

    def __init__(self, text: str, blocks: list[Block], front: Front, lexicon: Lexicon) -> None:
        super().__init__(text, blocks, front)
        self.lexicon = lexicon
        self.signed = False
        self.first_zone = -1

    def _back_matter(self, index: int, block: Block, line: str) -> bool:
        """Signature, date, note and heading of an attachment: the 主体 ends and what is attached begins.

        GB/T 9704-2012 7.3.5 to 7.3.7 and 7.4: under the text stand organ and date, 附注 in brackets, 附件, 版记, in this order.
        """
        if DATE_ONLY.match(line):
            self._signature(index, block)
            return True
        signed = _SIGNED.match(line)
        if signed and (self.lexicon.organ.search(signed.group("organ").strip()) or not signed.group("organ").strip()):
            self._sign((block.start, block.end), signed.group("date"), signed.group("organ").strip(), block)
            return True
        if self._signs_before_date(index):
            return True  # painted when the date is met
        if _IMPRINT.match(line):
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
        if self.signed and block.new_line and not any(c in "。；，" for c in line) and len(line) <= LONGEST_INNER_TITLE:
            self._inner_title(block)
            return True
        return False

    def _signs_before_date(self, index: int) -> bool:
        """A line of the signature: an organ, over other organs or over the date.

        GB/T 9704-2012 7.3.5.1: of a document of several organs each stands on a line of its own over one date.
        """
        for block in self.blocks[index : index + MOST_SIGNERS]:
            line = self.text[block.start : block.end]
            if block.step is not None:
                return False
            if DATE_ONLY.match(line):
                return block is not self.blocks[index]
            if not self._is_organ(line):
                return False
        return False

    def _is_organ(self, line: str) -> bool:
        """The name of an organ and nothing else: short, ends like one, no stop or comma (GB/T 9704-2012 7.3.5)."""
        return len(line) <= 60 and bool(self.lexicon.organ.search(line)) and not any(c in "。；，：" for c in line)

    def _signature(self, index: int, block: Block) -> None:
        """A date on a line of its own, with the organs on the lines before it (GB/T 9704-2012 7.3.5)."""
        start = block.start
        organ = ""
        first = index
        while first > max(self.front.body, index - MOST_SIGNERS + 1):
            before = self.blocks[first - 1]
            name = self.text[before.start : before.end]
            if before.step is not None or not self._is_organ(name):
                break
            start = before.start
            organ = name
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
        rest = head.group("rest").strip(" \u3000：:")
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
        self.out.roles.append((block.start, block.end, "heading"))
        if (
            current is not None
            and self.stack == [self.zone]
            and not any(n.parent == self.zone for n in self.out.nodes)
            and (current.title is None or current.title[1] >= block.start - 2)
        ):
            current.title = (current.title[0] if current.title else block.start, block.end)
        else:
            self.stack.clear()
            self.chapter = -1
            node = Node(
                "attachment", block.start, -1, 1, title=(block.start, block.end), evidence=["title under the signature"]
            )
            self._open_zone(node)
        if self.lexicon.title_end.search(re.sub(r"\s", "", self.text[block.start : block.end])):
            self.signed = False
