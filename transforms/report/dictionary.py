"""The data dictionary as a page: every dataset, column and code, for whoever has the pages and not the release."""

import json
from typing import Any

from schemas import DATASETS, QUARANTINE
from schemas.dictionary import as_json, meanings, vocabularies
from transforms.report.pages import templates


def page(release: str) -> str:
    """Give the page."""
    listed = (*DATASETS, QUARANTINE)
    codes = {name: found for dataset in listed for name, found in vocabularies(dataset).items()}
    datasets = as_json(listed)
    for name, dataset in datasets.items():
        dataset["columns"] = [_row(f"{name}.{column['name']}", column, codes) for column in dataset["columns"]]
    told = {name: [(code, meanings(name).get(code, "")) for code in found] for name, found in codes.items()}
    return templates().get_template("dictionary.html.j2").render(release=release, datasets=datasets, vocabularies=told)


def _row(name: str, column: dict[str, Any], codes: dict[str, Any]) -> dict[str, Any]:
    example = column["example"]
    shown = example if isinstance(example, str) or example is None else json.dumps(example, ensure_ascii=False)
    own = [one for one in codes if one == name or one.startswith(f"{name}.")]
    return {**column, "full": name, "shown": shown, "vocabularies": own}
