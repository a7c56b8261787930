"""Values in words, as people read them in a terminal and in a report."""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.findings import DateOfMeasure, Goods, Party, Rate, TariffMeasure


def parties(sides: Iterable[Party]) -> str:
    """Codes where there are any, else names."""
    return ", ".join(party.code or squeezed(party.name) for party in sides) or "—"


def goods(items: Iterable[Goods]) -> str:
    """The goods as the text names them."""
    return ", ".join(squeezed(item.name) for item in items) or "—"


def rate(measure: TariffMeasure) -> str:
    """The rate, after the previous one where that is told."""
    if measure.rate is None:
        return "—"
    before = f"{rate_text(measure.previous_rate)} → " if measure.previous_rate else ""
    added = {"added": "+", "total": "Σ ", "level": ""}[measure.rate.stacking]
    return f"{before}{added}{rate_text(measure.rate)}"


def rate_text(level: Rate) -> str:
    """`25 %`, `≤ 25 %`, `10–25 %`, `4.29 USD/barrel`."""
    sign = {"<=": "≤ ", ">=": "≥ ", "~": "~ "}.get(level.operator, "")
    value = f"{level.value:g}" + (f"–{level.upper:g}" if level.upper is not None else "")
    return f"{sign}{value} {'%' if level.unit == 'percent' else level.unit}"


def when(measure: TariffMeasure) -> str:
    """The dates of a measure that are known."""
    dates: list[tuple[str, DateOfMeasure | None]] = [
        ("said", measure.announced),
        ("from", measure.effective),
        ("until", measure.until),
    ]
    return ", ".join(f"{word} {date.value}" for word, date in dates if date)


def squeezed(words: str) -> str:
    """Words on one line."""
    return " ".join(words.split())
