"""Charts of many articles: who on whom, measures over time, rates, who is quoted."""

from __future__ import annotations

import base64
import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import altair as alt
import vl_convert

from pipeline.findings import Party, Status
from pipeline.ledger import ledger_of
from pipeline.record import Record
from pipeline.wording import squeezed

Row = dict[str, Any]
Drawing = Any
"""An altair chart, plain or in layers; altair's own methods are typed no closer."""

TICKS = 8
LONG_DAYS = 150
"""From here on ticks stand at months."""
MOST_ROWS = 25
"""Rows of a chart that can still be read; the most frequent are kept."""

# Statuses from the first threat to the end, each with a colour that stands out from white, one
# that stands out from black, and a shape, because colour alone says nothing to many people.
STATUSES: dict[Status, tuple[str, str, str]] = {
    "proposed": ("#8a6100", "#e8c268", "circle"),
    "threatened": ("#c2410c", "#fb923c", "triangle-up"),
    "announced": ("#0369a1", "#7dd3fc", "square"),
    "in-force": ("#15803d", "#86efac", "diamond"),
    "suspended": ("#7e22ce", "#d8b4fe", "cross"),
    "ended": ("#374151", "#d1d5db", "triangle-right"),
    "denied": ("#9f1239", "#fda4af", "triangle-down"),
}


@dataclass(frozen=True)
class Theme:
    """Colours of a chart."""

    ink: str
    paper: str
    accent: str
    dark: bool


PAPER = Theme(ink="#1f2937", paper="#ffffff", accent="#1d4ed8", dark=False)
LIGHT = Theme(ink="#1f2937", paper="transparent", accent="#1d4ed8", dark=False)
DARK = Theme(ink="#e5e7eb", paper="transparent", accent="#93c5fd", dark=True)


@dataclass(frozen=True)
class Kind:
    """One kind of chart."""

    title: str
    about: str
    rows: Callable[[Sequence[Record]], list[Row]]
    draw: Callable[[list[Row], Theme], Drawing]


@dataclass(frozen=True)
class Picture:
    """A chart in the report, for light and for dark screens, and its rows as a table."""

    title: str
    about: str
    light: str
    dark: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


# Rows ---------------------------------------------------------------------------------------------


def matrix_rows(records: Sequence[Record]) -> list[Row]:
    """How many measures each implementer takes against each partner."""
    counted = Counter(
        (by, on)
        for record in records
        for measure in record.tariffs
        for by in named(measure.implementers)
        for on in named(measure.affected)
    )
    keep_by = frequent((by, n) for (by, _), n in counted.items())
    keep_on = frequent((on, n) for (_, on), n in counted.items())
    return [
        {"implementer": by, "affected": on, "measures": n}
        for (by, on), n in sorted(counted.items())
        if by in keep_by and on in keep_on
    ]


def timeline_rows(records: Sequence[Record]) -> list[Row]:
    """What status articles give each measure of the ledger, by publication date; no copies."""
    rows: list[Row] = []
    for measure in ledger_of(records).measures:
        rate = "".join(f", {told.value}" for told in measure.told.get("rate", ())[:1])
        label = f"{measure.implementers} → {measure.affected}: {measure.goods}{rate}"
        rows += [
            {"measure": label, "published": claim.published, "status": claim.status}
            for claim in measure.claims
            if claim.published is not None and claim.copy_of is None
        ]
    keep = frequent((str(row["measure"]), 1) for row in rows)
    return [row for row in rows if row["measure"] in keep]


def rate_rows(records: Sequence[Record]) -> list[Row]:
    """The rates in percent that implementers are said to levy."""
    rows = [
        {"implementer": by, "rate": t.rate.value, "status": t.status}
        for record in records
        for t in record.tariffs
        if t.rate is not None and t.rate.unit == "percent"
        for by in named(t.implementers)
    ]
    keep = frequent((str(row["implementer"]), 1) for row in rows)
    return [row for row in rows if row["implementer"] in keep]


def speaker_rows(records: Sequence[Record]) -> list[Row]:
    """Who is quoted how often."""
    counted: Counter[str] = Counter()
    for record in records:
        names = {entity.id: entity.name for entity in record.entities}
        for quote in record.quotes:
            if quote.speaker is not None:
                said = quote.speaker.span.text
                counted[squeezed(names.get(quote.speaker.entity or "", said))] += 1
    most = sorted(counted.items(), key=lambda each: (-each[1], each[0]))[:MOST_ROWS]
    return [{"speaker": name, "quotes": n} for name, n in most]


def named(sides: Iterable[Party]) -> list[str]:
    """Codes of the parties, or their names where they have none."""
    return [party.code or squeezed(party.name) for party in sides]


def frequent(counts: Iterable[tuple[str, int]]) -> set[str]:
    """The names that occur most."""
    total: Counter[str] = Counter()
    for name, n in counts:
        total[name] += n
    ranked = sorted(total.items(), key=lambda each: (-each[1], each[0]))
    return {name for name, _ in ranked[:MOST_ROWS]}


# Drawing ------------------------------------------------------------------------------------------


def draw_matrix(rows: list[Row], theme: Theme) -> Drawing:
    """A field for each pair, the darker the more measures, with the number in it."""
    base = alt.Chart({"values": rows}).encode(
        x=alt.X("affected:N", title="on whom", axis=alt.Axis(orient="top", labelAngle=-40)),
        y=alt.Y("implementer:N", title="who"),
    )
    fields = base.mark_rect(stroke=theme.ink, strokeOpacity=0.15).encode(
        color=alt.Color(
            "measures:Q",
            legend=None,
            scale=alt.Scale(range=["#1e3a5f", "#60a5fa"] if theme.dark else ["#dbeafe", "#1d4ed8"]),
        )
    )
    most = max((row["measures"] for row in rows), default=0)
    numbers = base.mark_text(fontSize=12).encode(
        text="measures:Q",
        color=alt.condition(
            f"datum.measures > {most / 2}",
            alt.value("#0b1220" if theme.dark else "#ffffff"),
            alt.value("#f9fafb" if theme.dark else "#111827"),
        ),
    )
    return (fields + numbers).properties(width=alt.Step(44), height=alt.Step(28))


def draw_timeline(rows: list[Row], theme: Theme) -> Drawing:
    """A line for each measure, a mark for each day on which it is told, by status."""
    base = alt.Chart({"values": rows}).encode(
        x=alt.X("published:T", title="published", axis=alt.Axis(format="%e %b %Y", labelAngle=-30)),
        y=alt.Y("measure:N", title=None, sort=alt.EncodingSortField("published", op="min")),
    )
    lines = base.mark_line(color=theme.ink, strokeOpacity=0.35).encode(detail="measure:N")
    points = base.mark_point(filled=True, size=110, opacity=1).encode(
        color=status_colour(theme), shape=status_shape()
    )
    return (lines + points).properties(width=520, height=alt.Step(26))


def time_ticks(rows: list[Row]) -> Row:
    """Ticks for publication dates: whole days or months, about eight of them."""
    days = [date.fromisoformat(row["published"]) for row in rows]
    span = (max(days) - min(days)).days
    if span < LONG_DAYS:
        return {"interval": "day", "step": max(1, math.ceil(span / TICKS))}
    return {"interval": "month", "step": math.ceil(span / 30 / TICKS)}


def draw_rates(rows: list[Row], theme: Theme) -> Drawing:
    """A mark for each claim of a rate, by implementer and status."""
    return (
        alt.Chart({"values": rows})
        .mark_point(filled=True, size=90, opacity=0.85)
        .encode(
            x=alt.X("rate:Q", title="rate, %", scale=alt.Scale(zero=True, nice=True)),
            y=alt.Y("implementer:N", title=None),
            color=status_colour(theme),
            shape=status_shape(),
        )
        .properties(width=520, height=alt.Step(26))
    )


def draw_speakers(rows: list[Row], theme: Theme) -> Drawing:
    """A bar for each speaker."""
    ticks = min(6, max(row["quotes"] for row in rows))
    base = alt.Chart({"values": rows}).encode(
        x=alt.X("quotes:Q", title="quotations", axis=alt.Axis(format="d", tickCount=ticks)),
        y=alt.Y("speaker:N", title=None, sort="-x"),
    )
    bars = base.mark_bar(color=theme.accent)
    numbers = base.mark_text(align="left", dx=4, color=theme.ink).encode(text="quotes:Q")
    return (bars + numbers).properties(width=420, height=alt.Step(24))


def status_colour(theme: Theme) -> alt.Color:
    """Colours of the statuses."""
    colours = [dark if theme.dark else light for light, dark, _ in STATUSES.values()]
    return alt.Color(
        "status:N", title="status", scale=alt.Scale(domain=list(STATUSES), range=colours)
    )


def status_shape() -> alt.Shape:
    """Shapes of the statuses."""
    shapes = [shape for _, _, shape in STATUSES.values()]
    return alt.Shape(
        "status:N", title="status", scale=alt.Scale(domain=list(STATUSES), range=shapes)
    )


KINDS: dict[str, Kind] = {
    "matrix": Kind(
        "Who on whom",
        "Tariff measures told in the articles, by who levies them and whose goods they hit.",
        matrix_rows,
        draw_matrix,
    ),
    "timeline": Kind(
        "Measures over time",
        "The status that articles give a measure, on the day they were published.",
        timeline_rows,
        draw_timeline,
    ),
    "rates": Kind(
        "Rates",
        "Rates in percent told in the articles, by who levies them.",
        rate_rows,
        draw_rates,
    ),
    "speakers": Kind(
        "Who is quoted", "Speakers with the most quotations.", speaker_rows, draw_speakers
    ),
}


def svg(kind: Kind, rows: list[Row], theme: Theme) -> str:
    """The chart as SVG."""
    return vl_convert.vegalite_to_svg(themed(kind.draw(rows, theme), theme).to_dict())


def themed(chart: Drawing, theme: Theme) -> Drawing:
    """The chart in a theme's colours."""
    return (
        chart.configure(background=theme.paper, font="sans-serif", padding=8)
        .configure_axis(
            labelColor=theme.ink, titleColor=theme.ink, gridColor=theme.ink, gridOpacity=0.12,
            domainColor=theme.ink, tickColor=theme.ink, labelLimit=320, labelFontSize=12,
        )
        .configure_legend(labelColor=theme.ink, titleColor=theme.ink)
        .configure_view(stroke=None)
    )  # fmt: skip


def pictures_of(records: Sequence[Record]) -> list[Picture]:
    """The charts of the report; a kind of which there is nothing to show is left out."""
    pictures = []
    for kind in KINDS.values():
        rows = kind.rows(records)
        if rows:
            pictures.append(
                Picture(
                    kind.title,
                    kind.about,
                    embedded(svg(kind, rows, LIGHT)),
                    embedded(svg(kind, rows, DARK)),
                    tuple(rows[0]),
                    tuple(tuple(f"{value}" for value in row.values()) for row in rows),
                )
            )
    return pictures


def embedded(svg: str) -> str:
    """An address that holds the picture itself."""
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()


def plot(records: Sequence[Record], kind: str, path: Path) -> int:
    """Draw a chart into a file, whose name says how: `.svg`, `.png` or `.pdf`.

    Returns:
        How many rows it shows; without any, nothing is written.
    """
    drawn = KINDS[kind]
    rows = drawn.rows(records)
    if rows:
        chart = themed(drawn.draw(rows, PAPER), PAPER).to_dict()
        path.write_bytes(WRITERS[path.suffix](chart))
    return len(rows)


def svg_bytes(chart: Row) -> bytes:
    """The chart as an SVG file."""
    return vl_convert.vegalite_to_svg(chart).encode()


def png_bytes(chart: Row) -> bytes:
    """The chart as a PNG file, fine enough for print."""
    return vl_convert.vegalite_to_png(chart, scale=3)


WRITERS: dict[str, Callable[[Row], bytes]] = {
    ".svg": svg_bytes,
    ".png": png_bytes,
    ".pdf": vl_convert.vegalite_to_pdf,
}
