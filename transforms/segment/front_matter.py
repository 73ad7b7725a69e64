"""Front matter of a Markdown file: fields of the document that a converter or a site wrote above it."""

from typing import Any

from transforms.segment.lexicon import Lexicon
from transforms.segment.view import View


def read_front_matter(view: View, lexicon: Lexicon) -> dict[str, Any]:
    """Fields that the front matter of a source tells; what it holds besides, or what is no YAML, tells nothing."""
    block = next((view.canonical[a:b] for a, b, _, code in view.marks if code == "front_matter"), None)
    if block is None:
        return {}
    import yaml  # noqa: PLC0415 - only where there is some

    inside = block.strip("\ufeff \r\n").removeprefix("---").removesuffix("---").removesuffix("...")
    try:
        # The base loader: a date stays as it is printed, and nothing is made of tags.
        values = yaml.load(inside, Loader=yaml.BaseLoader)  # noqa: S506 - it makes strings, lists and dicts alone
    except (yaml.YAMLError, RecursionError, ValueError):
        return {}
    if not isinstance(values, dict):
        return {}
    fields: dict[str, Any] = {}
    for key, value in values.items():
        name = lexicon.front_matter.get(str(key).strip().lower())
        words = [word.strip() for word in value if isinstance(word, str)] if isinstance(value, list) else value
        if name == "subject_words" and words:
            fields.setdefault(name, words)
        elif name and isinstance(words, str) and words.strip():
            fields.setdefault(name, " ".join(words.split()))
    return fields
