"""Records as tables for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from pipeline.findings import TariffMeasure, TradeFigure
from pipeline.record import Record
from pipeline.tuning.faults import underlined
from pipeline.wording import goods, parties, rate, squeezed, when

if TYPE_CHECKING:
    from pipeline.ledger import Ledger  # an extra: its libraries may be missing
    from pipeline.running.outcomes import Cost
    from pipeline.tuning.comparing import Change
    from pipeline.tuning.evaluating import Comparison, Evaluation, Score
    from pipeline.tuning.explaining import Explanation, StageExplanation
    from pipeline.tuning.faults import FaultReport
    from pipeline.tuning.listing import Listed

STATUS_STYLE = {
    "in-force": "bold green",
    "announced": "cyan",
    "threatened": "yellow",
    "proposed": "yellow",
    "suspended": "magenta",
    "ended": "dim",
    "denied": "dim",
}


def found_table(records: Sequence[Record]) -> Table:
    """A row for each article: what it is and how much was found in it."""
    table = plain("article", "published")
    for name in ("entities", "dates", "tariffs", "figures", "quotes"):
        table.add_column(name, justify="right")
    table.add_column("problems")
    for record in records:
        counts = (record.entities, record.dates, record.tariffs, record.figures, record.quotes)
        table.add_row(
            record.title.text if record.title else record.id,
            record.published.value if record.published else Text("unknown", style="yellow"),
            *(str(len(found)) for found in counts),
            Text(", ".join(problem.kind for problem in record.problems), style="yellow"),
        )
    return table


def measures_table(records: Iterable[Record]) -> Table:
    """A row for each measure: who, on whom, what, how much, and whether it stands."""
    table = plain("who", "on whom", "goods", "rate", "action", "status", "when", "article")
    for record in records:
        for measure in record.tariffs:
            table.add_row(*measure_cells(measure), Text(record.id, style="dim"))
    return table


def ledger_table(ledger: Ledger) -> Table:
    """A row for each measure of many articles: what they tell, and how its status went."""
    table = plain(
        "id", "who", "on whom", "goods", "rate", "from", "status", "articles", "differ in"
    )
    for measure in ledger.measures:
        told = (measure.told.get(field, ()) for field in ("rate", "effective"))
        table.add_row(
            measure.id,
            measure.implementers,
            measure.affected,
            measure.goods,
            *(" | ".join(each.value for each in values) or "—" for values in told),
            " → ".join(phase.status for phase in measure.history),
            str(measure.articles),
            Text(", ".join(measure.contradictions), style="yellow"),
        )
    return table


def costs_table(profile: Mapping[str, Cost]) -> Table:
    """A row for each step of a run: its seconds, its share, and words a second."""
    table = plain("step", "seconds", "share", "words/s")
    for column in table.columns[1:]:
        column.justify = "right"
    for name, cost in profile.items():
        table.add_row(name, f"{cost.seconds:.2f}", f"{cost.share:.1%}", f"{cost.words_per_s:,.0f}")
    return table


def measure_cells(measure: TariffMeasure) -> list[RenderableType]:
    """Who, on whom, goods, rate, action, status, when."""
    style = STATUS_STYLE[measure.status]
    return [
        parties(measure.implementers),
        parties(measure.affected),
        goods(measure.goods),
        rate(measure),
        measure.action,
        Text(measure.status, style=style),
        when(measure),
    ]


def tables_of(record: Record) -> Iterator[RenderableType]:
    """A record in full: head, measures, quotes, figures, dates, entities, problems."""
    yield head(record)
    names = {entity.id: entity.name for entity in record.entities}
    if record.tariffs:
        table = plain("id", "who", "on whom", "goods", "rate", "action", "status", "when", "words")
        for measure in record.tariffs:
            words = Text(" … ".join(squeezed(span.text) for span in measure.evidence), style="dim")
            table.add_row(measure.id, *measure_cells(measure), words)
        yield titled("Tariff measures", table)
    if record.quotes:
        table = plain("id", "kind", "speaker", "cue", "words")
        for quote in record.quotes:
            who = quote.speaker
            name = names.get(who.entity or "", who.span.text) if who else "—"
            cue = quote.cue.span.text if quote.cue else ""
            table.add_row(quote.id, quote.kind, squeezed(name), cue, squeezed(quote.text))
        yield titled("Quotes", table)
    if record.figures:
        table = plain("id", "indicator", "direction", "figure", "reporter", "partner", "goods")
        for figure in record.figures:
            table.add_row(*figure_cells(figure))
        yield titled("Trade figures", table)
    if record.dates:
        table = plain("id", "words", "type", "value", "mod", "anchor", "unresolved")
        for date in record.dates:
            cells = (date.value, date.mod, date.anchor, date.unresolved)
            table.add_row(date.id, squeezed(date.text), date.type, *(cell or "" for cell in cells))
        yield titled("Dates", table)
    if record.entities:
        table = plain("id", "name", "type", "code", "roles", "mentions")
        for entity in record.entities:
            codes = [entity.identifiers.iso3, entity.identifiers.wikidata, *entity.identifiers.hs]
            table.add_row(
                entity.id,
                squeezed(entity.name),
                entity.type,
                " ".join(code for code in codes if code),
                "; ".join(squeezed(role.span.text) for role in entity.roles),
                ", ".join(dict.fromkeys(squeezed(m.text) for m in entity.mentions)),
            )
        yield titled("Entities", table)
    for problem in record.problems:
        yield Text(f"{problem.kind}: {problem.message}", style="yellow")


def explanation_parts(explanation: Explanation) -> Iterator[RenderableType]:
    """The place in its sentence, then stage by stage what fired and what came near."""
    sentence = Text(explanation.sentence)
    sentence.highlight_words([squeezed(explanation.words)], style="bold reverse")
    title = Text(f"{explanation.id} at {explanation.start}")
    yield Panel(sentence, title=title, title_align="left")
    told = [stage for stage in explanation.stages if parts_of_stage(stage)]
    if not told:
        yield Text("Nothing was found here, and no rule came near.")
    for stage in told:
        yield Text(f"\n{stage.stage}", style="bold underline")
        yield from parts_of_stage(stage)


def parts_of_stage(stage: StageExplanation) -> list[Text]:
    """What a stage found, by which rules and steps, and what came near."""
    lines = [
        Text(f"  found  {item.get('id') or 'furniture'}: {brief(item)}", "green")
        for item in stage.found
    ]
    for fired in stage.fired:
        became = "" if fired.used else f" (not used: {fired.why_not})"
        lines.append(Text(f"  fired  {fired.rule}: {squeezed(fired.words)!r}{became}"))
        pieces = [f"{k} = {squeezed(v)}" for k, v in (fired.slots | fired.gives).items()]
        if pieces:
            lines.append(Text(f"         {', '.join(pieces)}", "dim"))
    about = ""
    for step in stage.steps:
        if step.about != about:
            lines.append(Text(f"  steps  of {step.about}", "cyan"))
        lines.append(Text(f"         {step.step}: {step.said}", "cyan"))
        about = step.about
    for entry in stage.listed:
        known = f" = {entry.known}" if entry.known else ""
        needs = f", needs {entry.needs}" if entry.needs else ""
        place = f"{entry.file}:{entry.line}"
        lines.append(Text(f"  list   {entry.list} ({place}): {entry.word!r}{known}{needs}", "dim"))
    for miss in stage.near:
        met = f"({miss.passed} of {miss.conditions} conditions)"
        lines.append(Text(f"  near   {miss.rule}: {miss.said} {met}", "yellow"))
    return lines


def rules_table(entries: Iterable[Listed], *, measured: bool) -> Table:
    """A row for each rule; with what a corpus showed where it was `measured` on one."""
    if measured:
        table = plain("rule", "file", "right", "n", "hits", "found", "µs/1000 words")
    else:
        table = plain("rule", "file", "kind", "finds", "right", "n", "note")
    for column in table.columns:
        if column.header in ("right", "n", "hits", "found", "µs/1000 words"):
            column.justify, column.no_wrap = "right", True
    for entry in entries:
        place = f"{entry.where.file}:{entry.where.line}" if entry.where else "—"
        share = "" if entry.precision is None else f"{100 * entry.precision:.0f} %"
        seen = str(entry.seen or "")
        if measured:
            numbers = (entry.hits, entry.found, entry.us_per_kiloword)
            counts = ("" if number is None else f"{number:,.0f}" for number in numbers)
            cells = [entry.id, place, share, seen, *counts]
        else:
            cells = [entry.id, place, entry.kind, entry.finds, share, seen, entry.note]
        table.add_row(*cells, style="yellow" if entry.shadowed_by else None)
    return table


def fault_parts(report: FaultReport, width: int) -> Iterator[RenderableType]:
    """What is wrong with a rule: where, the words with carets under those that differ, what to do.

    The width is that of the terminal.
    """
    named = report.rule or report.key
    kind = f" {report.example}:" if report.example else ""
    yield Text.assemble((report.place, "bold"), f": {named}:{kind} ", (report.problem, "bold red"))
    for line, under in underlined(report, min(width, LONGEST_LINE) - len(INDENT)):
        yield Text(INDENT + line)
        if under:
            yield Text(INDENT + under, style="bold red")
    for name, value in (
        ("expected", report.expected),
        ("found", report.found),
        ("to do", report.todo),
    ):
        if value:
            yield Text.assemble((f"{INDENT}{name:<9} ", "dim"), value)


LONGEST_LINE = 100
INDENT = "    "

CHANGE_STYLE = {"gain": "green", "loss": "red", "changed": "yellow"}


SHOWN_OF_GROUP = 5
"""Changes of one field and rule that a terminal shows; `diff --html` and `--json` show all."""


def changes_parts(changes: Sequence[Change]) -> Iterator[RenderableType]:
    """How much changed by field and by rule, then the changes with their sentences."""
    from pipeline.tuning.comparing import counted, grouped

    if not changes:
        return
    table = plain("", "field", "losses", "changed", "gains")
    for (severity, name), counts in counted(changes, lambda c: (c.severity, c.field)):
        table.add_row(severity, name, *numbers(counts))
    yield titled("By field", table)
    table = plain("", "rule", "losses", "changed", "gains")
    for (severity, rule_), counts in counted(changes, lambda c: (c.severity, c.rule)):
        table.add_row(severity, rule_ or "—", *numbers(counts))
    yield titled("By rule", table)
    for group in grouped(changes):
        where = f"\n{group.severity}  {group.field}" + (f"  {group.rule}" if group.rule else "")
        yield Text(where, style="bold underline")
        for change in group.changes[:SHOWN_OF_GROUP]:
            yield from change_lines(change)
        more = len(group.changes) - SHOWN_OF_GROUP
        if more > 0:
            yield Text(
                f"  and {more} more like these (diff --html and --json show all)", style="dim"
            )


def numbers(counts: Mapping[str, int]) -> list[str]:
    """Losses, changed values and gains, nothing where there are none."""
    return [str(counts[kind] or "") for kind in ("loss", "changed", "gain")]


def change_lines(change: Change) -> Iterator[Text]:
    """What changed, and the sentence with the changed words [[marked]]."""
    line = Text(f"  {change.kind:8}", style=CHANGE_STYLE[change.kind])
    values = (squeezed(change.before) or "—", squeezed(change.after) or "—")
    said = " → ".join(values) if change.kind == "changed" else "".join(values).strip("—")
    line.append(f"{change.article}:{change.start}  ", style="dim").append(said, style="default")
    yield line
    for sentence in change.sentences:
        shown, at = Text("           "), 0
        for start, end in sentence.marks:
            shown.append(lined(sentence.text[at:start]))
            shown.append(f"[[{lined(sentence.text[start:end])}]]", style="bold")
            at = end
        yield shown.append(lined(sentence.text[at:]))


def lined(words: str) -> str:
    """Words without line breaks, the spaces at their ends kept."""
    return " ".join(words.splitlines())


def brief(item: dict[str, Any]) -> str:
    """A finding on one line: its filled fields that say something by themselves."""
    said = {k: v for k, v in item.items() if isinstance(v, str | int | float) and k != "id"}
    return ", ".join(f"{key} = {squeezed(str(value))}" for key, value in said.items())


def evaluation_parts(
    name: str, evaluation: Evaluation, by: Sequence[str], since: Comparison | None
) -> Iterator[RenderableType]:
    """The numbers of a gold set with their intervals, and what else was asked for."""
    yield Text(f"\n{name}: {evaluation.documents} documents, {evaluation.field}", style="bold")
    table = plain("number", "value", "95 %")
    for number, score in evaluation.scores.items():
        table.add_row(number, *scored(score))
    yield table
    if since is not None:
        yield from comparison_parts(since)
    if "rule" in by:
        table = plain("rule", "right", "95 %", "n")
        for rule, seen in evaluation.rules.items():
            table.add_row(rule, *scored(seen.precision), str(seen.found))
        yield table
    if "source" in by:
        table = plain("source", "number", "value", "95 %")
        for source, numbers_ in evaluation.sources.items():
            for number, score in numbers_.items():
                table.add_row(source, number, *scored(score))
        yield table


def comparison_parts(since: Comparison) -> Iterator[RenderableType]:
    """What changed since an earlier evaluation."""
    said = f"Since the baseline, on {since.documents} documents that both have"
    left = f" ({since.left_out} are new, gone, or corrected since)" if since.left_out else ""
    changed = {name: each for name, each in since.differences.items() if each.value}
    yield Text(f"\n{said}{left}" + (":" if changed else ": nothing changed."))
    if not changed:
        return
    table = plain("number", "difference", "95 %", "more than chance")
    for number, score in changed.items():
        style = "bold green" if score.value > 0 else "bold red"
        sure = score.is_more_than_chance
        low, high = f"{score.low:+.1f}", f"{score.high:+.1f}"
        cell = Text(f"{score.value:+.1f}", style=style if sure else "")
        table.add_row(number, cell, f"{low} to {high}", "yes" if sure else "no")
    yield table


def scored(score: Score) -> tuple[str, str]:
    """A number and its interval."""
    return f"{score.value:.1f}", f"{score.low:.1f}–{score.high:.1f}"


def head(record: Record) -> Panel:
    """Title, date and source."""
    lines = [
        record.title.text if record.title else "(no title)",
        f"published {record.published.value} ({record.published.basis})"
        if record.published
        else "publication date unknown",
    ]
    return Panel(Group(*(Text(line) for line in lines)), title=Text(record.id), title_align="left")


def figure_cells(figure: TradeFigure) -> list[str]:
    """Id, indicator, direction, words, reporter, partner, goods."""
    return [
        figure.id,
        figure.indicator,
        figure.direction or "",
        squeezed(figure.text),
        parties([figure.reporter] if figure.reporter else []),
        parties([figure.partner] if figure.partner else []),
        goods(figure.goods),
    ]


def plain(*columns: str) -> Table:
    """A table without lines, whose cells wrap."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def titled(title: str, table: Table) -> Group:
    """A table under its title."""
    return Group(Text(f"\n{title}", style="bold underline"), table)
