"""Figures as text that lines up."""

from __future__ import annotations

from collections.abc import Sequence

NOT_KNOWN = "–"


def table(header: Sequence[str], rows: Sequence[Sequence[str]], *, left: int = 1) -> str:
    """Columns as wide as their longest cell; the first `left` begin at the left, the others end
    at the right.
    """
    lines = [header, *rows]
    widths = [max(len(line[at]) for line in lines) for at in range(len(header))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if at < left else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def percent(share: float | None) -> str:
    """0.9871 → 98.71."""
    return number(None if share is None else 100 * share)


def number(value: float | None, digits: int = 2) -> str:
    """A figure, or `NOT_KNOWN`."""
    return NOT_KNOWN if value is None else f"{value:.{digits}f}"
