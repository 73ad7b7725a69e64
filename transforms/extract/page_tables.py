"""Ruled tables of printed pages: from lines to grids."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

Rule = tuple[float, float, float, float]
"""A ruled line: left, top, right, bottom; one of its sides is thin."""
THIN = 3.0
"""Points; a filled box that is thinner is a line."""
_SHORTEST = 6.0
_NEAR = 3.0
"""Points between two lines that meet or are drawn double."""
_MOST_RULES = 3000
"""A page with more is a drawing."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table's lines.

    Attributes:
        xs: Edges of the columns.
        ys: Edges of the rows.
        owners: For each cell the first one (row, column) of those that are merged with it.

    """

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    owners: tuple[tuple[tuple[int, int], ...], ...]

    @property
    def top(self) -> float:
        """Upper edge."""
        return self.ys[0]

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return len(self.ys) - 1, len(self.xs) - 1

    def holds(self, x: float, y: float) -> bool:
        """Whether a place is inside."""
        return self.xs[0] <= x <= self.xs[-1] and self.ys[0] <= y <= self.ys[-1]

    def owner(self, row: int, column: int) -> tuple[int, int]:
        """First of the cells that are merged with this one."""
        return self.owners[row][column]

    def cell_at(self, x: float, y: float) -> tuple[int, int]:
        """Cell of a place inside."""
        row = min(max(bisect_right(self.ys, y) - 1, 0), len(self.ys) - 2)
        column = min(max(bisect_right(self.xs, x) - 1, 0), len(self.xs) - 2)
        return self.owners[row][column]


def find_grids(rules: Sequence[Rule]) -> list[Grid]:
    """Tables with two columns and two rows at least, from top to bottom, apart from each other."""
    if not 4 < len(rules) <= _MOST_RULES:
        return []
    grids = [grid for group in _connected(np.array(rules)) if (grid := _grid(group)) is not None]
    grids.sort(key=lambda grid: (grid.top, grid.xs[0]))
    kept: list[Grid] = []
    for grid in grids:
        if not any(_overlap(grid, other) for other in kept):
            kept.append(grid)
    return kept


def _overlap(one: Grid, other: Grid) -> bool:
    return (
        one.xs[0] < other.xs[-1] and other.xs[0] < one.xs[-1] and one.ys[0] < other.ys[-1] and other.ys[0] < one.ys[-1]
    )


def _connected(rules: np.ndarray) -> list[np.ndarray]:
    """Groups of lines that meet."""
    left, top, right, bottom = rules.T
    group = np.arange(len(rules))
    for at in range(len(rules)):
        meets = (
            (left <= right[at] + _NEAR)
            & (right >= left[at] - _NEAR)
            & (top <= bottom[at] + _NEAR)
            & (bottom >= top[at] - _NEAR)
        )
        joined = np.unique(group[meets])
        group[np.isin(group, joined)] = joined[0]
    return [rules[group == one] for one in np.unique(group)]


def _grid(rules: np.ndarray) -> Grid | None:
    flat = [tuple(rule) for rule in rules.tolist() if rule[2] - rule[0] >= rule[3] - rule[1]]
    upright = [tuple(rule) for rule in rules.tolist() if rule[2] - rule[0] < rule[3] - rule[1]]
    if not flat:
        return None
    # Tables without lines at their sides end where their horizontal lines do.
    sides = [min(rule[0] for rule in flat), max(rule[2] for rule in flat)]
    xs = _edges([*((rule[0] + rule[2]) / 2 for rule in upright), *sides])
    ys = _edges([(rule[1] + rule[3]) / 2 for rule in flat])
    rows, columns = len(ys) - 1, len(xs) - 1
    if rows < 2 or columns < 2:
        return None
    owners: list[list[tuple[int, int]]] = [[(r, c) for c in range(columns)] for r in range(rows)]
    for r in range(rows):
        for c in range(columns):
            x, y = (xs[c] + xs[c + 1]) / 2, (ys[r] + ys[r + 1]) / 2
            if c and not any(abs((u[0] + u[2]) / 2 - xs[c]) <= _NEAR and u[1] <= y <= u[3] for u in upright):
                owners[r][c] = owners[r][c - 1]
            elif r and not any(abs((f[1] + f[3]) / 2 - ys[r]) <= _NEAR and f[0] <= x <= f[2] for f in flat):
                owners[r][c] = owners[r - 1][c]
    return Grid(tuple(xs), tuple(ys), tuple(tuple(row) for row in owners))


def _edges(places: Sequence[float]) -> list[float]:
    edges: list[float] = []
    for place in sorted(places):
        if not edges or place - edges[-1] > _NEAR:
            edges.append(place)
    return edges


def rules_of(left: float, top: float, right: float, bottom: float, *, drawn: bool) -> list[Rule]:
    """Lines that a box draws: itself where it is thin, its sides where its outline is drawn."""
    width, height = right - left, bottom - top
    if min(width, height) <= THIN:
        return [(left, top, right, bottom)] if max(width, height) >= _SHORTEST else []
    if not drawn:
        return []
    return [
        (left, top, right, top),
        (left, bottom, right, bottom),
        (left, top, left, bottom),
        (right, top, right, bottom),
    ]
