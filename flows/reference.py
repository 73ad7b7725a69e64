"""Versions: of the reference tables, which are part of the identity of a release, and of what each stage's result depends on.

The version of a stage is a digest of its code and of all it uses, of the tables that it reads, and of the version of the
stage before it. A result is good for ever for the same bytes under the same version; a changed cue table changes the
version of classify alone.
"""

import hashlib
import sys
import unicodedata
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import schemas
import seeds
import transforms
from flows import work

SUFFIXES = (".csv", ".toml", ".txt", ".json")
TABLES = {
    "extract": ("columns.toml", "pages.toml"),
    "clean": (),
    "segment": ("numbering.toml", "official.toml", "press.toml"),
    "classify": ("codebook/",),
}
"""Which tables a stage reads; `tests/flows/test_reference.py` looks whether it opens others."""
LIBRARIES = (
    *("pyarrow", "polars", "numpy", "scipy", "jieba", "rjieba", "opencc", "charset-normalizer"),
    *("pandas", "great-expectations", "datasketch", "markdown-it-py", "pyyaml", "lxml", "pypdfium2", "ofdkit"),
    *("rapidocr", "onnxruntime"),
)
"""Libraries that may change what comes out."""
SHARED = ("work.py", "members.py", "places.py", "sources.py", "tables.py", "quarantine.py")
"""What of flows works on every stage."""
BESIDE = {"classify": ("publish/sketches.py",)}
"""What of other packages a stage of ours uses: texts are sketched when they have been labelled."""


def versions() -> dict[str, str]:
    """Digest of every table that shapes the data, by its path; samples are no tables, and thresholds of quality shape nothing."""
    root = seeds.folder()
    found = {}
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        if path.is_file() and path.suffix in SUFFIXES and not name.startswith(("documents/", "quality/")):
            found[name] = hashlib.sha256(path.read_bytes()).hexdigest()[:16]
    return found


def stage_versions() -> dict[str, str]:
    """Version of every stage whose results are kept, by name."""
    tables = versions()
    found: dict[str, str] = {}
    before = ""
    for stage in work.STAGES:
        read = [f"{name} {tables[name]}" for name in sorted(tables) if name.startswith(TABLES[stage])]
        before = found[stage] = digest([before, code(stage), *read])
    return found


def code(stage: str) -> str:
    """Digest of the code of a stage, of what it uses of ours, and of the libraries."""
    ours = Path(__file__).parent
    folders = [Path(transforms.__path__[0]) / stage, Path(schemas.__path__[0])]
    paths = [path for folder in folders for path in sorted(folder.rglob("*.py"))]
    paths += [*(folders[0].parent / name for name in BESIDE.get(stage, ())), *(ours / name for name in SHARED)]
    files = [f"{path.parent.name}/{path.name} {hashlib.sha256(path.read_bytes()).hexdigest()}" for path in paths]
    # The codes of the axes are declared in a table that schemas read.
    labels = hashlib.sha256((seeds.folder() / "codebook" / "labels.csv").read_bytes()).hexdigest()
    return digest([stage, *files, *([labels] if stage == "validate" else []), *_machine()])


def digest(lines: list[str]) -> str:
    """Short digest of some lines."""
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:32]


@cache
def _machine() -> tuple[str, ...]:
    python = f"python {sys.version_info.major}.{sys.version_info.minor} unicode {unicodedata.unidata_version}"
    return (python, *(f"{name} {_version(name)}" for name in LIBRARIES))


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "none"
