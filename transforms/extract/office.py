"""Old Word files (DOC) and files of WPS Office (WPS): LibreOffice, where it is installed, makes Word documents of them."""

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from transforms.extract import docx
from transforms.extract.decoding import Unreadable
from transforms.extract.extracted import Extracted

TIME_LIMIT = 120
"""Seconds; LibreOffice takes about five for the first document of a profile and one more for each hundred pages."""
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
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        reason = f"{source_uri}: old Word and WPS files are read through LibreOffice; install libreoffice-writer or save it as .docx."
        raise Unreadable("needs_libreoffice", reason)
    with tempfile.TemporaryDirectory(prefix="gangmu-office-") as folder:
        place = Path(folder)
        settings = place / "profile" / "user" / "registrymodifications.xcu"
        settings.parent.mkdir(parents=True)
        settings.write_text(_SETTINGS, encoding="utf-8")
        given = place / "given.doc"
        given.write_bytes(data)
        _convert(program, place, given, source_uri)
        made = place / "made" / "given.docx"
        if not made.is_file():
            reason = (
                f"{source_uri}: LibreOffice cannot read the file; check that it opens in Word, and save it as .docx."
            )
            raise Unreadable("damaged", reason)
        return docx.read(made.read_bytes(), source_uri)


def _convert(program: str, place: Path, given: Path, source_uri: str) -> None:
    command = [
        program,
        f"-env:UserInstallation={(place / 'profile').as_uri()}",
        "--headless",
        "--norestore",
        "--convert-to",
        "docx:MS Word 2007 XML",
        "--outdir",
        str(place / "made"),
        str(given),
    ]
    # A group of its own: soffice is a script that starts the program, and both must end.
    with subprocess.Popen(  # noqa: S603 - the program is LibreOffice, the file is named by us
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as running:
        try:
            running.wait(TIME_LIMIT)
        except subprocess.TimeoutExpired as error:
            reason = f"{source_uri}: LibreOffice did not finish in {TIME_LIMIT} s; save the file as .docx."
            raise Unreadable("timeout", reason) from error
        finally:
            if running.poll() is None:
                os.killpg(running.pid, signal.SIGKILL)
