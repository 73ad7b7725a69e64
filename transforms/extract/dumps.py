"""Dumps: JSON Lines, CSV and Parquet, where every record is a source of its own.

A record is listed by its number (from 1: lines of JSON Lines, records of CSV below its header, rows of Parquet) and found
again by its place in the file. Its text is the text column as it stands, under header lines `label：value` made of the
columns that a table knows (`columns`): from there on it is read like a page with a disclosure header. Where the column holds
HTML it is read as a page is.
"""

import csv
import datetime
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import IO, Any

from transforms.extract.columns import folded, header_columns, names, text_column
from transforms.extract.containers import MEBIBYTE, Budget, Member, Refused
from transforms.extract.decoding import BYTE_ORDER_MARKS, Unreadable, decode, detected_finding
from transforms.extract.extracted import Extracted

_SAMPLE = 4 * MEBIBYTE
"""Bytes from which the encoding is told."""
_LOOKED_AT = 200
"""Records of JSON Lines from which the columns are told."""
_DELIMITERS = ",\t;"
"""None of them is ever a part of a character in the encodings of Chinese systems."""
_LONE_RETURN = re.compile(r"\r(?!\n)")
_MARKED_UP = re.compile(r"</(?:p|div|td|span|body|html|h[1-6])\s*>|<br\s*/?>", re.IGNORECASE)
"""A text column that holds a page, or the piece of one that a content system keeps. A text that only names a tag may do so too;
no official text does."""
_PARQUET_ROWS = 256
csv.field_size_limit(2**31 - 1)


class NoSuchColumnError(ValueError):
    """The text column is not among the columns; the message names those that there are."""


class Dump:
    """A dump, opened.

    Attributes:
        kind: jsonl, csv or parquet.
        encoding: Encoding of its bytes; `binary` for Parquet.
        text_column: Column that holds the text.

    """

    def __init__(
        self,
        stream: IO[bytes],
        kind: str,
        name: str,
        budget: Budget,
        *,
        text: str | None = None,
        encoding: str | None = None,
    ) -> None:
        """Find encoding and columns; those that are given are taken as they are.

        Raises:
            Unreadable: It is damaged or no column holds text.
            NoSuchColumnError: `text` is no column of it.

        """
        self.kind, self.name, self._budget = kind, name, budget
        self._stream, self.encoding = (
            (stream, "binary") if kind == "parquet" else _in_lines(stream, name, encoding, budget)
        )
        if kind == "parquet":
            self._parquet = _open_parquet(stream, name, budget)
        columns = self._columns()
        if text is not None and text not in columns:
            raise NoSuchColumnError(f"{name}: has no column {text}. There are: {', '.join(columns)}.")
        chosen = text or text_column(columns)
        if chosen is None:
            raise Unreadable(
                "no_text_column",
                f"{name}: no column is known to hold the text; name it with --text-column. There are: {', '.join(columns)}.",
            )
        self.text_column = chosen

    def _columns(self) -> list[str]:
        if self.kind == "parquet":
            return [str(name) for name in self._parquet.schema_arrow.names]
        if self.kind == "csv":
            self._stream.seek(0)
            header, _ = next(_csv_rows(_text_lines(self._stream), self.name), ([], 0))
            return [cell.encode("latin-1").decode(_codec(self.encoding), "replace") for cell in header]
        found: dict[str, None] = {}
        self._stream.seek(0)
        for line, _ in zip(_lines(self._stream), range(_LOOKED_AT), strict=False):
            try:
                record = json.loads(line.decode(_codec(self.encoding)))
            except (ValueError, RecursionError):
                continue
            if isinstance(record, dict):
                found |= dict.fromkeys(record)
        return list(found)

    def members(self) -> Iterator[Member | Refused]:
        """List the records."""
        if self.kind == "parquet":
            rows = self._parquet.metadata.num_rows
            size = _unpacked(self._parquet) // max(rows, 1)
            for row in range(rows):
                self._budget.count()
                yield Member(str(row + 1), str(row), size)
            return
        for number, start, size in self._places():
            self._budget.count()
            if size > self._budget.limits.document:
                yield Refused(
                    str(number), "source_too_large", f"The record has {size:,} bytes, more than the limit; divide it."
                )
            else:
                yield Member(str(number), f"{start}:{size}", size)

    def _places(self) -> Iterator[tuple[int, int, int]]:
        """Number, first byte and length of every record."""
        self._stream.seek(0)
        start = 0
        if self.kind == "jsonl":
            for number, line in enumerate(_lines(self._stream), start=1):
                self._budget.spend(len(line))
                if line.strip(b" \t\r\n\xef\xbb\xbf"):
                    yield number, start, len(line)
                start += len(line)
            return
        for number, (row, size) in enumerate(_csv_rows(_text_lines(self._stream), self.name)):
            self._budget.spend(size)
            if number and any(cell.strip() for cell in row):
                yield number, start, size
            start += size

    def read(self, locators: Iterable[str]) -> Iterator[tuple[str, bytes | Unreadable]]:
        """Read records: the bytes of each as they stand; of CSV with the header above, of Parquet as JSON."""
        if self.kind == "parquet":
            yield from self._read_rows({int(locator) for locator in locators})
            return
        header = b""
        if self.kind == "csv":
            self._stream.seek(0)
            _, size = next(_csv_rows(_text_lines(self._stream), self.name))
            self._stream.seek(0)
            header = self._stream.read(size)
        for locator in locators:
            start, _, length = locator.partition(":")
            self._stream.seek(int(start))
            yield locator, header + self._stream.read(int(length))

    def _read_rows(self, wanted: set[int]) -> Iterator[tuple[str, bytes | Unreadable]]:
        columns = [str(name) for name in self._parquet.schema_arrow.names]
        kept = [self.text_column, *header_columns(columns, self.text_column).values()]
        row = 0
        for group in range(self._parquet.metadata.num_row_groups):
            count = self._parquet.metadata.row_group(group).num_rows
            if wanted.isdisjoint(range(row, row + count)):
                row += count
                continue
            try:
                for batch in self._parquet.iter_batches(_PARQUET_ROWS, row_groups=[group], columns=kept):
                    self._budget.spend(batch.nbytes)
                    for index in range(batch.num_rows):
                        if row + index in wanted:
                            found = batch.slice(index, 1).to_pylist()[0]
                            yield str(row + index), json.dumps(found, ensure_ascii=False, default=_plain).encode()
                    row += batch.num_rows
            except _parquet_faults() as error:
                raise _of_parquet(self.name, error) from error


def record(data: bytes, source_uri: str, kind: str, *, encoding: str | None, text: str | None) -> Extracted:
    """Make the text of one record.

    Raises:
        Unreadable: It is broken or holds no text.

    """
    if encoding in (None, "binary"):
        decoded, known, findings = decode(data, source_uri)
    else:
        known, findings = str(encoding), []
        try:
            decoded = data.decode(_codec(known))
        except UnicodeDecodeError as error:
            raise _broken(source_uri, f"byte {error.start} is not valid {known}") from error
    fields = _csv_record(decoded, source_uri) if kind == "csv" else _json_record(decoded, source_uri)
    column = text if text in fields else text_column(fields)
    content = _content(fields.get(column)) if column is not None else ""
    if column is None or not content.strip():
        raise Unreadable(
            "empty", f"{source_uri}: the record holds no text in {column or 'any known column'}; fetch it again."
        )
    labelled = {label: _value(fields[name]) for label, name in header_columns(fields, column).items()}
    head = "".join(f"{label}：{value}\n" for label, value in labelled.items() if value)
    if known in ("gb18030", "big5hkscs", "cp950") and encoding is not None:
        findings = [detected_finding(known)]
    findings += _left_out(fields, column)
    made = "binary" if encoding == "binary" else known
    if not _MARKED_UP.search(content):
        return Extracted(head + content, made, findings=findings)
    from transforms.extract import html  # noqa: PLC0415 - with its library, where it is needed

    page = html.read(b"\xef\xbb\xbf" + content.encode("utf-8", "replace"), source_uri)
    hints, tables, found = (_moved(rows, len(head)) for rows in (page.hints, page.tables, page.findings))
    return Extracted(head + page.text, made, hints, tables, [*findings, *found])


def _moved(rows: list[dict[str, Any]], by: int) -> list[dict[str, Any]]:
    """Rows whose offsets begin behind the header lines; a finding may have none."""
    return [
        row if row["start"] is None else {**row, "start": row["start"] + by, "end": row["end"] + by} for row in rows
    ]


def _left_out(fields: Mapping[str, Any], text: str) -> list[dict[str, Any]]:
    known = names().labels
    left = [name for name in fields if name != text and folded(name) not in known and _value(fields[name])]
    if not left:
        return []
    message = f"Columns that are no header fields were left out: {', '.join(left)}."
    return [{"code": "columns_left_out", "severity": "info", "message": message, "start": None, "end": None}]


def _content(value: Any) -> str:  # noqa: ANN401 - what JSON holds
    """Text of a column; of a list of paragraphs, one a line."""
    if isinstance(value, list):
        return "\n".join(item for item in value if isinstance(item, str))
    return value if isinstance(value, str) else ""


def _value(value: Any) -> str:  # noqa: ANN401
    """Write a value into one line; nothing for what is empty or no plain value."""
    if isinstance(value, list):
        return "；".join(filter(None, map(_value, value)))
    if value is None or isinstance(value, dict | bool) or value != value:  # noqa: PLR0124 - not a number
        return ""
    words = " ".join(str(value).split())
    return "" if words.lower() in {"nan", "none", "null", "nat"} else words


def _plain(value: Any) -> Any:  # noqa: ANN401 - what Parquet holds and JSON does not
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, datetime.datetime):
        midnight = value.time() == datetime.time()
        return value.date().isoformat() if midnight else value.strftime("%Y-%m-%d %H:%M:%S")
    return value.isoformat() if isinstance(value, datetime.date) else str(value)


def _json_record(text: str, source_uri: str) -> dict[str, Any]:
    try:
        # A number stays as it is printed.
        value = json.loads(text.strip("\ufeff"), parse_float=str, parse_int=str)
    except (ValueError, RecursionError) as error:
        raise _broken(source_uri, str(error)) from error
    if not isinstance(value, dict):
        raise _broken(source_uri, "it is no object with named columns")
    return value


def _csv_record(text: str, source_uri: str) -> dict[str, Any]:
    rows = [row for row, _ in _csv_rows((line + "\n" for line in text.split("\n")), source_uri) if row]
    if len(rows) != 2:
        raise _broken(source_uri, "its quotes do not match")
    header, row = rows
    if len(row) != len(header):
        raise _broken(source_uri, f"it has {len(row)} cells under {len(header)} columns")
    return dict(zip(header, row, strict=True))


def _broken(name: str, what: str) -> Unreadable:
    return Unreadable(
        "broken_record", f"{name}: the record is broken ({what[:200]}); mend it in the dump or export it anew."
    )


def _damaged(name: str, error: Exception) -> Unreadable:
    said = " ".join(str(error).split())[:200]
    return Unreadable("dump_damaged", f"{name}: the file is damaged ({said}); export it anew.")


# Lines


def _in_lines(stream: IO[bytes], name: str, encoding: str | None, budget: Budget) -> tuple[IO[bytes], str]:
    """Stream whose lines end with a line feed of one byte, and its encoding. UTF-16 is written anew as UTF-8."""
    stream.seek(0)
    sample = stream.read(_SAMPLE)
    if encoding is None:
        whole = (
            (sample[: sample.rfind(b"\n") + 1] or sample)
            if len(sample) == _SAMPLE and b"\x00" not in sample[:4096]
            else sample
        )
        # An odd byte at the end of the sample is half a character.
        whole = whole[: len(whole) // 2 * 2] if b"\x00" in whole[:4096] else whole
        if not whole.strip():
            raise Unreadable("empty", f"{name}: the file holds no records; remove it or export it anew.")
        encoding = _first(whole, name)
    if not encoding.startswith("utf-16"):
        stream.seek(0)
        return stream, encoding
    data = sample + stream.read(budget.limits.document)
    if len(data) > budget.limits.document:
        raise Unreadable("source_too_large", f"{name}: a dump in UTF-16 of this size is not read; save it as UTF-8.")
    try:
        return io.BytesIO(data.decode(encoding).encode()), encoding
    except UnicodeError as error:
        raise _damaged(name, error) from error


def _first(sample: bytes, name: str) -> str:
    """Encoding of a sample; a line that is broken does not decide about the others."""
    try:
        return decode(sample, name)[1]
    except Unreadable:
        if any(sample.startswith(mark) for mark, _ in BYTE_ORDER_MARKS[1:]) or b"\x00" in sample:
            raise
        counts: dict[str, int] = {}
        for line in sample.splitlines()[:1000]:
            try:
                found = decode(line, name)[1]
            except Unreadable:
                continue
            if not line.isascii():
                counts[found] = counts.get(found, 0) + 1
        if not counts:
            raise
        return max(counts, key=lambda key: counts[key])


def _codec(encoding: str) -> str:
    """Codec of the lines; UTF-16 was written anew."""
    return "utf-8" if encoding.startswith("utf-16") else encoding


def _lines(stream: IO[bytes]) -> Iterator[bytes]:
    return iter(stream.readline, b"")


def _text_lines(stream: IO[bytes]) -> Iterator[str]:
    """Lines as Latin-1, one character for each byte: separators and quotes are ASCII and never part of a character."""
    return (line.decode("latin-1") for line in _lines(stream))


def _csv_rows(lines: Iterator[str], name: str) -> Iterator[tuple[list[str], int]]:
    """Rows with the number of characters that each takes; the header tells the separator."""
    taken = 0

    def counted() -> Iterator[str]:
        nonlocal taken
        for line in lines:
            taken += len(line)
            yield _LONE_RETURN.sub(" ", line)

    source = counted()
    first = next(source, "")
    delimiter = max(_DELIMITERS, key=lambda mark: (first.count(mark), -_DELIMITERS.index(mark)))

    def again() -> Iterator[str]:
        yield first.removeprefix("\ufeff").removeprefix("ï»¿")
        yield from source

    try:
        for row in csv.reader(again(), delimiter=delimiter):
            yield row, taken
            taken = 0
    except csv.Error as error:
        raise _damaged(name, error) from error


# Parquet


def _open_parquet(stream: IO[bytes], name: str, budget: Budget) -> Any:  # noqa: ANN401 - pyarrow has no types
    import pyarrow.parquet as pq  # noqa: PLC0415 - only where there is one

    try:
        opened = pq.ParquetFile(stream, pre_buffer=False, buffer_size=MEBIBYTE)
        budget.spend(0)
        largest = max(
            (opened.metadata.row_group(i).total_byte_size for i in range(opened.metadata.num_row_groups)), default=0
        )
    except _parquet_faults() as error:
        raise _of_parquet(name, error) from error
    if largest > 8 * budget.limits.document or _unpacked(opened) > budget.limits.unpacked:
        raise Unreadable("archive_bomb", f"{name}: the file says that it unpacks to more than is read; divide it.")
    return opened


def _parquet_faults() -> tuple[type[Exception], ...]:
    import pyarrow as pa  # noqa: PLC0415

    return (pa.ArrowException, OSError, ValueError, KeyError, TypeError, NotImplementedError, MemoryError)


def _of_parquet(name: str, error: Exception) -> Exception:
    """Give errors of reading, which may pass, as they are."""
    passing = isinstance(error, Unreadable) or (isinstance(error, OSError) and error.errno is not None)
    return error if passing else _damaged(name, error)


def _unpacked(opened: Any) -> int:  # noqa: ANN401
    groups = range(opened.metadata.num_row_groups)
    return sum(max(int(opened.metadata.row_group(i).total_byte_size), 0) for i in groups)
