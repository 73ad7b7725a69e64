"""Chinese and Arabic numerals as numbers."""

NUMERAL = r"(?:[一二三四五六七八九十百千万亿两〇零]+|[0-9]+(?:\.[0-9]+)?)"
"""Regular expression of a numeral."""

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "○": 0, "O": 0}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_GROUPS = {"万": 10_000, "亿": 100_000_000}


def value_of(text: str) -> float:
    """Value of a numeral: 三千五百 -> 3500, 二〇三五 -> 2035, 12.5 -> 12.5.

    Raises:
        ValueError: The text holds a character that is no numeral.

    """
    if text.isascii():
        return float(text)
    if text in _DIGITS:
        return float(_DIGITS[text])
    if unknown := [c for c in text if c not in _DIGITS and c not in _UNITS and c not in _GROUPS]:
        raise ValueError(f"{text!r} is no numeral: {unknown[0]!r}")
    if len(text) > 1 and all(c in _DIGITS for c in text):
        return float("".join(str(_DIGITS[c]) for c in text))
    total = group = digit = 0
    for character in text:
        if character in _DIGITS:
            digit = _DIGITS[character]
        elif character in _UNITS:
            group += (digit or 1) * _UNITS[character]
            digit = 0
        else:
            # 一亿零三百万: 万 multiplies what stands after 亿, 一万亿: 亿 multiplies all before it.
            scale = _GROUPS[character]
            lower = total % _GROUPS["亿"] if scale < total else total
            total = total - lower + (lower + group + digit or 1) * scale
            group = digit = 0
    return float(total + group + digit)
