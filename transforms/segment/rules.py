"""All tables of the segmenter, read once."""

from dataclasses import dataclass
from pathlib import Path

from transforms.segment.grammar import Grammar
from transforms.segment.grammar import load as load_numbering
from transforms.segment.lexicon import Lexicon, load_lexicon
from transforms.segment.press import Press, load_press


@dataclass(frozen=True, slots=True)
class Rules:
    """What an expert can edit: numbering, words and forms of official documents, lines of newspaper pages."""

    grammar: Grammar
    lexicon: Lexicon
    press: Press


def load_rules(folder: Path) -> Rules:
    """Read `numbering.toml`, `official.toml` and `press.toml` of a folder."""
    return Rules(
        load_numbering(folder / "numbering.toml"),
        load_lexicon(folder / "official.toml"),
        load_press(folder / "press.toml"),
    )
