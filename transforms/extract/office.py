"""Old Word files (DOC) and files of WPS Office (WPS): LibreOffice, where it is installed, makes Word documents of them."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from transforms.extract import docx
from transforms.extract.decoding import Unreadable
from transforms.extract.extracted import Extracted

TIME_LIMIT = 120
"""Seconds by the clock."""
_SECONDS = 4
"""Of processor time, and one more for each `_BYTES_A_SECOND`: a damaged file of a page may make LibreOffice turn for ever.
A page takes one, 700 pages (2.5 MB) four, 30,000 cells of tables (2.9 MB) fourteen."""
_BYTES_A_SECOND = 50_000
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update">
<prop oor:name="Link" oor:op="fuse"><value>2</value></prop></item>
</oor:items>
"""
"""A profile that runs no macros and follows no links."""
_LIMITS = "ulimit -t {seconds}; ulimit -d 1048576; ulimit -f 524288; ulimit -c 0; "
"""Of a shell: seconds of processor, 1 GB of data (LibreOffice takes a quarter of it), 256 MB or more for a file that it writes, no core."""
_ENDED = (128 + signal.SIGKILL, -signal.SIGKILL, 128 + signal.SIGXCPU, -signal.SIGXCPU)
"""Ends of a process over its limit of time: as its starter tells it, or its own."""
_OLD_WORD = (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"{\\rtf")
"""Beginnings of DOC and WPS, and of RTF, which many programs save as .doc. LibreOffice takes anything else for text in an
encoding of its choice: a picture comes out as a page of rare characters."""


def read(data: bytes, source_uri: str) -> Extracted:
    """Read a file by way of LibreOffice.

    Raises:
        Unreadable: `needs_libreoffice`, `damaged`, `timeout`, `unsupported_format` (a web page named .doc), and what the
            reader of Word documents raises.

    """
    if data.startswith(b"PK\x03\x04"):
        return docx.read(data, source_uri)  # a Word document of today under the old name
    if data.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"<":
        raise Unreadable("unsupported_format", f"{source_uri}: this is a web page, no Word file; rename it to .html.")
    if not is_old_word(data):
        reason = f"{source_uri}: this does not begin as a Word or WPS file does; fetch it again, or rename it to .txt if it is text."
        raise Unreadable("damaged", reason)
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        reason = f"{source_uri}: old Word and WPS files are read through LibreOffice; install libreoffice-writer or save it as .docx."
        raise Unreadable("needs_libreoffice", reason)
    with tempfile.TemporaryDirectory(prefix="gangmu-office-") as folder:
        place = Path(folder)
        given = place / "given.doc"
        given.write_bytes(data)
        _convert(command(program, [given], place), source_uri)
        made = place / "made" / "given.docx"
        if not made.is_file():
            reason = (
                f"{source_uri}: LibreOffice cannot read the file; check that it opens in Word, and save it as .docx."
            )
            raise Unreadable("damaged", reason)
        return docx.read(made.read_bytes(), source_uri)


def is_old_word(data: bytes) -> bool:
    """Whether the bytes begin as what LibreOffice is given."""
    return data.startswith(_OLD_WORD)


def command(program: str, given: Sequence[Path], place: Path) -> list[str]:
    """Words of the command that makes `place/made/NAME.docx` of each file, with a profile and limits of its own."""
    seconds = _SECONDS + sum(file.stat().st_size for file in given) // _BYTES_A_SECOND
    settings = place / "profile" / "user" / "registrymodifications.xcu"
    settings.parent.mkdir(parents=True)
    settings.write_text(_SETTINGS, encoding="utf-8")
    return [
        "/bin/sh",  # sets the limits before LibreOffice is there, and leaves no code of ours between fork and exec
        "-c",
        _LIMITS.format(seconds=seconds) + 'exec "$@"',
        "sh",
        program,
        f"-env:UserInstallation={(place / 'profile').as_uri()}",
        "--headless",
        "--norestore",
        "--convert-to",
        "docx:MS Word 2007 XML",
        "--outdir",
        str(place / "made"),
        *map(str, given),
    ]


def _convert(command: list[str], source_uri: str) -> None:
    # A group of its own: soffice is a script that starts the program, and both must end.
    with subprocess.Popen(  # noqa: S603 - the program is LibreOffice, the file is named by us
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as running:
        try:
            code = running.wait(TIME_LIMIT)
        except subprocess.TimeoutExpired as error:
            reason = f"{source_uri}: LibreOffice did not finish in {TIME_LIMIT} s; save the file as .docx."
            raise Unreadable("timeout", reason) from error
        else:
            if code in _ENDED:
                reason = f"{source_uri}: LibreOffice did not finish within its limits of time and memory; save the file as .docx."
                raise Unreadable("timeout", reason)
        finally:
            if running.poll() is None:
                os.killpg(running.pid, signal.SIGKILL)
