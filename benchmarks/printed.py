"""Prints the sample documents to PDF and compares the outlines with those of the typed text.

    python -m benchmarks.printed [--with soffice] [--with chromium] [FILE.txt …]

A section counts as kept where the PDF has one of the same kind, depth, label, title and path, blanks left out.
"""

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import seeds
from transforms.clean import clean
from transforms.extract import extract
from transforms.segment import Rules, load_rules, segment

Heading = tuple[object, ...]
"""Kind, depth, label, title and path of a section."""


@cache
def _rules() -> Rules:
    return load_rules(seeds.folder())


def outline_of(data: bytes, name: str) -> list[Heading]:
    """Sections of a file, without blanks."""
    source = extract(data, source_uri=name)
    cut = segment(source, clean(source), _rules())
    return [
        (s["kind"], s["depth"], _bare(s["label"]), _bare(s["title"]), tuple(map(_bare, s["path"])))
        for s in cut.sections
    ]


def alike(one: Sequence[Heading], other: Sequence[Heading]) -> int:
    """Number of sections that both hold."""
    return (Counter(one) & Counter(other)).total()


def _bare(text: str | None) -> str:
    return re.sub(r"\s", "", text or "")


def by_libreoffice(texts: Sequence[Path], folder: Path) -> None:
    """Print texts to NAME.pdf in a folder."""
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    _run("soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), *map(str, texts))


def by_chromium(texts: Sequence[Path], folder: Path) -> None:
    """Print texts to NAME.pdf in a folder, with the head and foot that browsers print."""
    for text in texts:
        marked = folder / text.name
        marked.write_bytes(b"\xef\xbb\xbf" + text.read_bytes())  # a page of the file system declares no encoding
        target, profile = folder / f"{text.stem}.pdf", folder / "profile"
        options = ("--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={profile}")
        _run("chromium", *options, f"--print-to-pdf={target}", marked.as_uri())


def _run(program: str, *arguments: str) -> None:
    command = [shutil.which(program) or program, *arguments]
    subprocess.run(command, check=True, capture_output=True, timeout=600)


PRINTERS: dict[str, Callable[[Sequence[Path], Path], None]] = {"soffice": by_libreoffice, "chromium": by_chromium}


def compare(texts: Sequence[Path], program: str) -> dict[str, tuple[int, int, int]]:
    """Print texts; gives for each the sections that the PDF keeps, those of the text, and those that only the PDF has."""
    with tempfile.TemporaryDirectory() as folder:
        PRINTERS[program](texts, Path(folder))
        scores = {}
        for text in texts:
            typed = outline_of(text.read_bytes(), text.name)
            printed = outline_of((Path(folder) / f"{text.stem}.pdf").read_bytes(), f"{text.stem}.pdf")
            kept = alike(typed, printed)
            scores[text.stem] = (kept, len(typed), len(printed) - kept)
    return scores


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--with", dest="programs", action="append", choices=sorted(PRINTERS))
    options = parser.parse_args()
    texts = options.files or sorted((seeds.folder() / "documents").glob("*.txt"))
    for program in options.programs or [name for name in PRINTERS if shutil.which(name)]:
        scores = compare(texts, program)
        kept, whole, more = (sum(column) for column in zip(*scores.values(), strict=True))
        print(f"{program}: {kept} of {whole} sections kept ({kept / whole:.3f}), {more} more")
        for name, (own, of, extra) in scores.items():
            print(f"  {own:>4} of {of:>4}, {extra} more  {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
