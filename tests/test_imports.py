"""Imports point one way: flows -> transforms -> schemas. Read from the source, so that late imports count too."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
OURS = ("flows", "transforms", "schemas", "seeds", "tests")
ALLOWED = {
    "flows": {"flows", "transforms", "schemas", "seeds"},
    "transforms": {"transforms", "schemas"},
    # The codes of the axes are a table in seeds, found by importlib.resources.
    "schemas": {"schemas"},
    "seeds": set(),
}
SLOW = {"prefect", "great_expectations", "pandas", "polars", "rich", "transforms", "schemas"}


def modules() -> Iterator[tuple[str, Path]]:
    for package in ALLOWED:
        for path in sorted((ROOT / package).rglob("*.py")):
            yield ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"), path


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize(("module", "path"), [pytest.param(m, p, id=m) for m, p in modules()])
def test_direction(module: str, path: Path) -> None:
    package, _, rest = module.partition(".")
    stage = rest.partition(".")[0]
    for name in imported(ast.parse(path.read_text(encoding="utf-8"))):
        top, _, inner = name.partition(".")
        if top in OURS:
            assert top in ALLOWED[package], f"{module} imports {name}"
        if package == "transforms" and top == "transforms" and inner:
            assert inner.partition(".")[0] == stage, f"{module} imports {name}, of another stage"
        if package != "flows":
            assert top != "prefect", f"{module} imports Prefect"
        if top == "great_expectations":
            assert module == "transforms.validate.engine"


@pytest.mark.parametrize("module", ["flows/__init__.py", "flows/cli.py", "flows/errors.py"])
def test_the_command_starts_with_little(module: str) -> None:
    tree = ast.parse((ROOT / module).read_text(encoding="utf-8"))
    at_start = ast.Module([node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)], [])
    assert not {name.partition(".")[0] for name in imported(at_start)} & SLOW
