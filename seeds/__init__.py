"""What ships with Gangmu: sample documents and the tables that experts edit."""

from importlib.resources import files
from pathlib import Path


def folder() -> Path:
    """Folder of the shipped samples and tables, in a checkout and in an installed wheel alike."""
    return Path(str(files("seeds")))
