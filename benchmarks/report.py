"""What the benchmarks' reports share: where and by what they were made. Without dates: the version tells more."""

import os
import platform
import re
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from pathlib import Path

FOLDER = Path(__file__).parent
CPU_FACTS = Path("/proc/cpuinfo")


def header(title: str, command: str, libraries: Sequence[str] = ()) -> list[str]:
    """Title, command, machine and versions."""
    return [f"# {title}", "", f"Made by `{command}`.", "", made_with(libraries), ""]


def made_with(libraries: Sequence[str] = ()) -> str:
    """Machine and versions."""
    versions = ", ".join(f"{name} {version(name)}" for name in ("gangmu", *libraries))
    machine = f"{processor()}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}"
    return f"Machine: {machine}. Python {platform.python_version()}, {versions}."


def processor() -> str:
    """Name of the processor, as well as the system knows it."""
    if CPU_FACTS.is_file():
        named = re.search(r"^model name\s*:\s*(.+)$", CPU_FACTS.read_text(encoding="utf-8"), re.MULTILINE)
        if named:
            return named.group(1).strip()
    return platform.processor() or "unknown processor"


def generic(path: Path) -> str:
    """Give a path below the folder GANGMU_REAL by that name, another by its last part: no path of this machine."""
    root = os.environ.get("GANGMU_REAL")
    if root and path.resolve().is_relative_to(Path(root).resolve()):
        return f"$GANGMU_REAL/{path.resolve().relative_to(Path(root).resolve()).as_posix()}"
    own = path.resolve()
    return own.relative_to(FOLDER.parent).as_posix() if own.is_relative_to(FOLDER.parent) else path.name


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Make a Markdown table; all columns but the first are numbers."""
    lines = [f"| {' | '.join(heads)} |", f"|---|{'---:|' * (len(heads) - 1)}"]
    return [*lines, *(f"| {' | '.join(row)} |" for row in rows), ""]


def rate(amount: float, seconds: float) -> str:
    """Amount a second, with as many digits as are worth telling; a dash where it took no time."""
    return _digits(amount / seconds) if seconds else "–"


def ratio(one: float, other: float) -> str:
    """How many times the other; a dash where that is none."""
    return f"{_digits(one / other)}×" if other else "–"


def _digits(value: float) -> str:
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}" if value >= 0.1 else f"{value:.2g}"


def write(name: str, lines: Sequence[str]) -> Path:
    """Write a report beside the benchmarks."""
    path = FOLDER / name
    path.write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")
    return path
