"""Formats of automatic numbers, as Word writes them (ECMA-376 part 1, 17.18.59)."""

from collections.abc import Callable

MOST = 32767
"""Word counts no further; what a file asks beyond is written in digits."""
_DIGITS = "〇一二三四五六七八九"
_COUNTED = ("零一二三四五六七八九", ("", "十", "百", "千"), "万")
_FINANCIAL = ("零壹贰叁肆伍陆柒捌玖", ("", "拾", "佰", "仟"), "万")
_FINANCIAL_TRADITIONAL = ("零壹貳參肆伍陸柒捌玖", ("", "拾", "佰", "仟"), "萬")
_ROMAN = (
    (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"),
    (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
)  # fmt: skip


def write_number(number: int, form: str) -> str:
    """A number in a format (value of `w:numFmt`); in digits where the format is unknown or has no such number."""
    if form == "none":
        return ""
    write = _FORMS.get(form)
    return write(number) if write is not None and 0 < number <= MOST else str(number)


def _counted(table: tuple[str, tuple[str, ...], str], number: int, *, zeros: bool = True, ones: bool = False) -> str:
    """一百二十三. `zeros`: 一百零三; `ones`: 一十, otherwise 十 at the head of numbers below twenty."""
    digits, units, myriad = table
    if number >= 10_000:
        head = _counted(table, number // 10_000, zeros=zeros, ones=ones) + myriad
        rest = number % 10_000
        gap = digits[0] if zeros and 0 < rest < 1000 else ""
        return head + gap + (_counted(table, rest, zeros=zeros, ones=True) if rest else "")
    written = ""
    skipped = False
    for place in range(len(str(number)) - 1, -1, -1):
        digit = number // 10**place % 10
        if not digit:
            skipped = bool(written)
            continue
        if skipped and zeros:
            written += digits[0]
        skipped = False
        written += (digits[digit] if place != 1 or digit != 1 or written or ones else "") + units[place]
    return written


def _japanese(number: int) -> str:
    """百二十三: no 一 before a unit, no 零."""
    table = _COUNTED
    if number >= 10_000:
        return _japanese(number // 10_000) + "万" + (_japanese(number % 10_000) if number % 10_000 else "")
    return "".join(
        ("" if digit == 1 and place else table[0][digit]) + table[1][place]
        for place in range(3, -1, -1)
        if (digit := number // 10**place % 10)
    )


def _positional(digits: str) -> Callable[[int], str]:
    return lambda number: "".join(digits[int(digit)] for digit in str(number))


def _tens(number: int) -> str:
    """十一 … 九十九, from a hundred on digit by digit: 一〇〇."""
    return _counted(_COUNTED, number) if number < 100 else _positional(_DIGITS)(number)


def _letters(first: str) -> Callable[[int], str]:
    """A … Z, AA, BB …: the letter is repeated, not counted on."""
    return lambda number: chr(ord(first) + (number - 1) % 26) * ((number - 1) // 26 + 1)


def _roman(number: int) -> str:
    written = ""
    for value, letters in _ROMAN:
        written += letters * (number // value)
        number %= value
    return written


def _series(first: str, length: int) -> Callable[[int], str]:
    """Consecutive characters of the code table; digits after the last one."""
    return lambda number: chr(ord(first) + number - 1) if number <= length else str(number)


def _cycle(characters: str) -> Callable[[int], str]:
    return lambda number: characters[(number - 1) % len(characters)]


def _ordinal(number: int) -> str:
    tail = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{tail}"


_STEMS = _cycle("甲乙丙丁戊己庚辛壬癸")
_BRANCHES = _cycle("子丑寅卯辰巳午未申酉戌亥")
_FORMS: dict[str, Callable[[int], str]] = {
    "decimal": str,
    "decimalHalfWidth": str,
    "decimalZero": lambda number: f"{number:02d}",
    "decimalFullWidth": _positional("０１２３４５６７８９"),
    "decimalFullWidth2": _positional("０１２３４５６７８９"),
    "decimalEnclosedCircle": _series("①", 20),
    "decimalEnclosedCircleChinese": _series("①", 20),
    "decimalEnclosedParen": _series("⑴", 20),
    "decimalEnclosedFullstop": _series("⒈", 20),
    "numberInDash": lambda number: f"- {number} -",
    "ordinal": _ordinal,
    "hex": lambda number: f"{number:X}",
    "lowerLetter": _letters("a"),
    "upperLetter": _letters("A"),
    "lowerRoman": lambda number: _roman(number).lower(),
    "upperRoman": _roman,
    "ideographDigital": _positional(_DIGITS),
    "japaneseDigitalTenThousand": _positional(_DIGITS),
    "taiwaneseDigital": _positional("○一二三四五六七八九"),
    "chineseCounting": _tens,
    "taiwaneseCounting": lambda number: _tens(number).replace("〇", "○"),
    "chineseCountingThousand": lambda number: _counted(_COUNTED, number),
    "taiwaneseCountingThousand": lambda number: _counted(_COUNTED, number),
    "japaneseCounting": _japanese,
    "chineseLegalSimplified": lambda number: _counted(_FINANCIAL, number, ones=True),
    "ideographLegalTraditional": lambda number: _counted(_FINANCIAL_TRADITIONAL, number, ones=True),
    "ideographEnclosedCircle": _series("㈠", 10),
    "ideographTraditional": _STEMS,
    "ideographZodiac": _BRANCHES,
    "ideographZodiacTraditional": lambda number: _STEMS(number) + _BRANCHES(number),
}
