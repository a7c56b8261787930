"""The command line: the only file that prints. Data goes to stdout, words for people to stderr."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from rich.console import Console
from rich.markup import escape

from pipeline.settings import FILE, SettingsFault, settings_of

if TYPE_CHECKING:
    from pipeline.article import Article
    from pipeline.extraction import Extractor, Rules
    from pipeline.reading import Position, RawArticle, Unreadable
    from pipeline.rulebook import Rulebook
    from pipeline.rulefile import RuleFault
    from pipeline.running import Outcome, Settings, Summary, Worker
    from pipeline.tables import RecordFault, Records
    from pipeline.tuning.listing import Tally
    from pipeline.tuning.saves import Report

FAILED, USAGE, INTERRUPTED = 1, 2, 130
TABLE_LIMIT = 25
"""A run of more articles than this ends with its totals alone, without a row for each."""

LINE_EVERY_S = 10.0
"""Seconds after which a run that does not write to a terminal says how it gets on."""

REDRAW_S = 0.1

WHOLE_LINES = 1000
"""Characters of a line of a long table that another program reads."""

people = Console(stderr=True, highlight=False, soft_wrap=True)
data = Console(highlight=False)

app = typer.Typer(
    name="tariffwire",
    help="Who put what tariff on whose goods, at what rate, when, who said so, in news articles.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=True,
)
rules_app = typer.Typer(help="The rules: check them, list them.", no_args_is_help=True)
app.add_typer(rules_app, name="rules")
gold_app = typer.Typer(help="Gold sets: made of what people corrected.", no_args_is_help=True)
app.add_typer(gold_app, name="gold")

FolderArgument = Annotated[
    Path, typer.Argument(metavar="OUT", help="A folder of records, as tariffwire run writes it.")
]
TextsOption = Annotated[
    list[Path] | None,
    typer.Option("--texts", help="A folder of the articles, if they were read from elsewhere."),
]
RulesOption = Annotated[
    Path | None, typer.Option("--rules", help="A folder of rule files laid over ours.")
]
CacheOption = Annotated[
    Path | None, typer.Option("--cache", help="Folder for parses; by default in the user's cache.")
]
ModelOption = Annotated[str, typer.Option("--model", help="A spaCy pipeline: package or folder.")]
DEFAULT_MODEL = "en_core_web_md"  # as in parsing, which would import spaCy here


OutOption = Annotated[Path, typer.Option("--out", "-o", help="Folder for the records.")]


def checked_date(said: str | None) -> str | None:
    """Refuse a publication date that is none."""
    from datetime import date

    try:
        date.fromisoformat(said or "2026-01-16")
    except ValueError as error:
        raise typer.BadParameter(f"{said!r} is no date; write it as 2026-01-16") from error
    return said


PublishedOption = Annotated[
    str | None,
    typer.Option(
        help="Publication date (YYYY-MM-DD) of articles that carry none.", callback=checked_date
    ),
]
DateOrderOption = Annotated[
    Literal["MDY", "DMY"] | None,
    typer.Option(help="How 04/02/2025 is read; else as ambiguous."),
]
WorkersOption = Annotated[int | None, typer.Option(min=1, help="Processes; by default one a core.")]
OnlyTradeOption = Annotated[
    bool, typer.Option("--only-trade", help="Skip articles without a word of border charges.")
]
TimeoutOption = Annotated[float, typer.Option(min=1, help="Seconds that one article may take.")]
BlasOption = Annotated[
    Literal["auto", "numpy", "blis"],
    typer.Option(help="What multiplies the model's matrices; auto probes which is faster here."),
]
BlasThreadsOption = Annotated[
    int | None,
    typer.Option(min=1, help="Threads of NumPy's BLAS in each process; by default one."),
]
MarkCopiesOption = Annotated[
    bool,
    typer.Option("--mark-copies", help="List in copies.jsonl which article repeats which."),
]
LogFileOption = Annotated[
    Path | None, typer.Option("--log-file", help="A file for what is said, and failures.")
]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="No progress, no table.")]


@app.command()
def run(
    inputs: Annotated[list[str], typer.Argument(help="Files, folders, globs, or - for stdin.")],
    out: OutOption = Path("outputs"),
    published: PublishedOption = None,
    date_order: DateOrderOption = None,
    rules: RulesOption = None,
    model: ModelOption = DEFAULT_MODEL,
    workers: WorkersOption = None,
    only_trade: OnlyTradeOption = False,
    timeout_s: TimeoutOption = 300.0,
    blas: BlasOption = "auto",
    blas_threads: BlasThreadsOption = None,
    redo: Annotated[
        bool, typer.Option("--redo", help="Do also what has not changed since the last run.")
    ] = False,
    mark_copies: MarkCopiesOption = False,
    engine: Annotated[
        str,
        typer.Option(help="local, or ray (this machine or the job's cluster), or ray://HOST:PORT."),
    ] = "local",
    profile: Annotated[
        bool, typer.Option("--profile", help="Tell what each step took, all workers together.")
    ] = False,
    log_file: LogFileOption = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the summary as JSON, and nothing else.")
    ] = False,
    quiet: QuietOption = False,
) -> None:
    """Read articles and write one record each, of those that are new or have changed."""
    from pipeline.reading import position_in, read_raw
    from pipeline.running import OutputError, Plan, Settings
    from pipeline.running import run as run_all

    if engine not in ("local", "ray") and not engine.startswith("ray://"):
        raise typer.BadParameter(f"{engine!r}: say local, ray or ray://HOST:PORT")
    if engine != "local" and (redo or mark_copies or profile):
        raise typer.BadParameter("a cluster knows none of --redo, --mark-copies and --profile")
    if str(out) == "" or out.is_file():
        raise typer.BadParameter(f"{out} is a file; records need a folder", param_hint="--out")
    let_blas_have(blas_threads)
    asked = Settings(rules, model, published, date_order, only_trade, timeout_s, blas)
    worker = worker_of(asked, log_file)
    position = position_in(inputs) if engine == "local" else None
    progress = Progress(people, shown=not quiet and not as_json, position=position)
    try:
        with progress:
            if engine != "local":
                summary = run_by_ray(engine, worker, inputs, str(out), workers, progress)
            else:
                plan = Plan(
                    workers=workers or os.cpu_count() or 1,
                    redo=redo,
                    mark_copies=mark_copies,
                    told=progress.tell,
                )
                with extra("ledger"):
                    summary = run_all(worker, read_raw(inputs, position), out, plan)
    except OutputError as error:
        people.print(f"[red]{escape(str(error))}[/]")
        raise typer.Exit(FAILED) from None
    tell_failures(summary)
    if as_json:
        costs = {"profile": summary.profile_as_dict()} if profile else {}
        data.print_json(data={**summary.as_dict(), **costs})
    elif not quiet:
        print_found(progress.first, summary, out)
    if profile and not as_json:
        from pipeline.showing import costs_table

        people.print(costs_table(summary.profile()))
    if summary.interrupted:
        people.print(f"Interrupted: {summary.articles} articles are finished and stay in {out}/.")
    raise typer.Exit(summary.exit_status)


@app.command()
def watch(
    folder: Annotated[Path, typer.Argument(help="The folder to which articles come.")],
    out: OutOption = Path("outputs"),
    published: PublishedOption = None,
    date_order: DateOrderOption = None,
    rules: RulesOption = None,
    model: ModelOption = DEFAULT_MODEL,
    workers: WorkersOption = None,
    only_trade: OnlyTradeOption = False,
    timeout_s: TimeoutOption = 300.0,
    blas: BlasOption = "auto",
    blas_threads: BlasThreadsOption = None,
    mark_copies: MarkCopiesOption = False,
    log_file: LogFileOption = None,
    quiet: QuietOption = False,
) -> None:
    """Do what is new in a folder, then wait for more, until Ctrl-C."""
    from threading import Event

    from pipeline.running import OutputError, Plan, Settings
    from pipeline.running import run as run_all
    from pipeline.running.watching import watched

    if not folder.is_dir():
        raise typer.BadParameter(f"{folder} is no folder", param_hint="FOLDER")
    if out.resolve().is_relative_to(folder.resolve()):
        message = f"{out} lies in {folder}: records would be taken for articles"
        raise typer.BadParameter(message, param_hint="--out")
    let_blas_have(blas_threads)
    asked = Settings(rules, model, published, date_order, only_trade, timeout_s, blas)
    worker = worker_of(asked, log_file)
    plan = Plan(workers=workers or os.cpu_count() or 1, mark_copies=mark_copies)
    told: set[Unreadable] = set()
    stop = Event()
    try:
        with extra("tune"):
            for inputs in watched(folder, stop):
                summary = run_all(worker, inputs, out, plan)
                new = [failure for failure in summary.failed if failure not in told]
                told = set(summary.failed)
                if not quiet and (summary.written or new):
                    people.print(account(summary, out), markup=False)
                tell_failures(replace(summary, failed=new))
                if summary.interrupted:
                    break
    except OutputError as error:
        people.print(f"[red]{escape(str(error))}[/]")
        raise typer.Exit(FAILED) from None
    except KeyboardInterrupt:  # while it waits there is nothing to finish
        pass
    people.print(f"Stopped watching {folder}/; what is finished stays in {out}/.", markup=False)
    raise typer.Exit(INTERRUPTED)


@app.command()
def show(
    records: Annotated[list[Path], typer.Argument(help="Record files (outputs/<id>.json).")],
) -> None:
    """Print records as tables."""
    from pipeline.showing import tables_of
    from pipeline.tables import RecordFault, read_record

    status = 0
    for path in records:
        try:
            record = read_record(path)
        except RecordFault as fault:
            tell_fault(fault)
            status = FAILED
        else:
            for part in tables_of(record):
                data.print(part)
    raise typer.Exit(status)


@app.command()
def verify(
    folder: FolderArgument,
    sources: Annotated[
        Path, typer.Option(help="The folder from which the paths of the sources count.")
    ] = Path(),
    rerun: Annotated[
        bool, typer.Option("--rerun", help="Make the records again, and compare the bytes.")
    ] = False,
    rules: RulesOption = None,
    model: ModelOption = DEFAULT_MODEL,
) -> None:
    """Hold records to their schema, their sources, and what would be written today."""
    from pipeline.extraction import Extractor
    from pipeline.running import Settings, Worker
    from pipeline.running.verifying import verify as doubts_of
    from pipeline.tables.places import place_of

    place = place_of(folder)
    if not len(place):
        raise typer.BadParameter(f"{folder} holds no records; tariffwire run writes them")
    worker = None
    if rerun:
        extractor = Extractor(rules=load_rules(rules), model=model)
        worker = Worker(Settings(rules=rules, model=model), extractor)
    status = 0
    for doubt in doubts_of(place, sources, worker):
        people.print(f"{doubt.path}: {doubt.kind}: {doubt.message}", markup=False)
        status = FAILED
    if not status:
        people.print(f"The records of {folder}/ hold.", markup=False)
    raise typer.Exit(status)


@app.command()
def export(
    folder: FolderArgument,
    to: Annotated[
        str,
        typer.Option(
            "--to",
            help="Tables: parquet, csv, xlsx, sqlite or duckdb; "
            "to be corrected by hand: label-studio, prodigy, brat or conll.",
        ),
    ],
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Folder; by default tables or annotation.")
    ] = None,
    texts: TextsOption = None,
) -> None:
    """Write a folder of records as flat tables, or as files for an annotation tool."""
    from pipeline.annotating.exporting import TOOLS
    from pipeline.annotating.exporting import export as export_sheets

    target = out or Path("annotation" if to in TOOLS else "tables")
    if target.resolve() == folder.resolve():
        raise typer.BadParameter("the files need a folder of their own", param_hint="--out")
    if to in TOOLS:
        with reading(folder) as records:
            made = export_sheets(records, records.place, target, to, texts or ())
            for said in made.account:
                people.print(said, markup=False)
            people.print(f"{made.articles} articles in {target}/", markup=False)
            if made.without_text:
                raise typer.Exit(FAILED)
        return
    with extra("tables"):
        from pipeline.tables.exporting import export as export_tables
        from pipeline.tables.formats import FORMATS
    if to not in FORMATS:
        known = ", ".join((*FORMATS, *TOOLS))
        raise typer.BadParameter(f"{to!r}; there are {known}", param_hint="--to")
    with reading(folder) as records:
        rows = export_tables(records, target, format=to)
        for name, count in rows.items():
            people.print(f"{count:>9,} {name}")
        people.print(f"in {target}/, explained in {target / 'DICTIONARY.md'}")


@gold_app.command("import")
def gold_import(
    export: Annotated[Path, typer.Argument(help="What Label Studio or Prodigy exported.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder for the gold.")] = Path("gold"),
    tool: Annotated[
        str | None, typer.Option("--from", help="label-studio or prodigy; else told by content.")
    ] = None,
    label: Annotated[
        list[str] | None,
        typer.Option("--label", help="THEIRS=OURS: what a label of the export means."),
    ] = None,
) -> None:
    """Make gold of what people corrected: records and texts, as tariffwire eval takes them."""
    from pipeline.annotating.faults import ExportFault
    from pipeline.annotating.gold import READERS, import_gold, tool_of
    from pipeline.annotating.sheets import KINDS

    labels = dict(each.partition("=")[::2] for each in label or ())
    for theirs, ours in labels.items():
        if ours not in KINDS:
            message = f"{theirs}={ours}: our labels are {', '.join(KINDS)}"
            raise typer.BadParameter(message, param_hint="--label")
    if tool is not None and tool not in READERS:
        raise typer.BadParameter(f"{tool!r}; there are {', '.join(READERS)}", param_hint="--from")
    try:
        made = import_gold(export, out, tool or tool_of(export), labels)
    except ExportFault as fault:
        people.print(f"[red]{escape(str(fault))}[/]")
        raise typer.Exit(FAILED) from None
    for left in made.left:
        people.print(f"{left.where}: {left.id} left out: {left.why}", markup=False)
    for said in made.untold:
        people.print(f"{said}", style="yellow", markup=False)
    people.print(
        f"{len(made.written)} articles in {out}/, {len(made.left)} left out, "
        f"{len(made.untold)} things could not be brought in.",
        markup=False,
    )
    raise typer.Exit(FAILED if made.untold else 0)


@app.command()
def report(
    folder: FolderArgument,
    out: Annotated[Path, typer.Option("--out", "-o", help="The page.")] = Path("report.html"),
    texts: TextsOption = None,
) -> None:
    """Write one HTML page that shows articles and records side by side, offline."""
    with extra("report"):
        from pipeline.report.page import report as page
    from pipeline.tables.texts import source_text
    from pipeline.writing import write_text

    with reading(folder) as records:
        kept = records.place
        write_text(out, page(records, text=lambda each: source_text(each, kept, texts or ())))
        people.print(f"{len(records)} articles in {out}")


@app.command()
def ledger(
    folder: FolderArgument,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Write it as JSON to a file.")
    ] = None,
    texts: TextsOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
) -> None:
    """Bring the claims of all articles together: each measure once, contradictions side by side."""
    with extra("ledger"):
        from pipeline.ledger import ledger_of
    from pipeline.showing import ledger_table
    from pipeline.tables.texts import source_text
    from pipeline.writing import write_text

    with reading(folder) as records:
        kept = records.place
        made = ledger_of(records, text=lambda each: source_text(each, kept, texts or ()))
        if out is not None:
            write_text(out, made.model_dump_json(indent=2) + "\n")
        if as_json:
            sys.stdout.write(made.model_dump_json(indent=2) + "\n")
        else:
            data.print(ledger_table(made))
        people.print(
            f"{len(made.measures)} measures in {made.articles} articles, "
            f"{len(made.copies)} of them copies" + (f"; see {out}" if out else ""),
            soft_wrap=True,
        )


@app.command()
def plot(
    folder: FolderArgument,
    kind: Annotated[str, typer.Option(help="matrix, timeline, rates or speakers.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="A file .svg, .png or .pdf.")],
) -> None:
    """Draw a chart for a paper."""
    with extra("report"):
        from pipeline.report.charts import KINDS, WRITERS
        from pipeline.report.charts import plot as draw
    if kind not in KINDS:
        raise typer.BadParameter(f"{kind!r}; there are {', '.join(KINDS)}", param_hint="--kind")
    if out.suffix not in WRITERS:
        raise typer.BadParameter(f"{out}; it may end in {', '.join(WRITERS)}", param_hint="--out")
    with reading(folder) as records:
        rows = draw(list(records), kind, out)
        if not rows:
            people.print(f"Nothing to draw: no record of {folder} has anything for {kind!r}.")
            raise typer.Exit(FAILED)
        people.print(f"{rows} rows in {out}")


@app.command()
def schema(
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder to write to.")] = Path("schemas"),
    check: Annotated[bool, typer.Option("--check", help="Compare instead of writing.")] = False,
) -> None:
    """Write the JSON Schemas of records and rule files."""
    from pipeline.schema import SCHEMAS
    from pipeline.writing import write_text

    stale = []
    for name, make in SCHEMAS.items():
        path = out / name
        if not check:
            out.mkdir(parents=True, exist_ok=True)
            write_text(path, make())
        elif not path.is_file() or path.read_text(encoding="utf-8") != make():
            stale.append(str(path))
    if stale:
        people.print(f"[red]{', '.join(stale)}[/]: not what the models say; run: tariffwire schema")
        raise typer.Exit(FAILED)


@rules_app.command("check")
def rules_check(
    rules: RulesOption = None,
    redo: Annotated[
        bool, typer.Option("--redo", help="Check also what held before and has not changed since.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="A line of JSON for each fault.")] = False,
    model: ModelOption = DEFAULT_MODEL,
) -> None:
    """Hold every rule to its examples and counter-examples, and show where one does not."""
    from pipeline.caches import cache_folder
    from pipeline.tuning import holding

    state, held = holding.state_of(rules, model), cache_folder("held")
    if not redo and (said := holding.said_of(state, held)) is not None:
        people.print(said)
        return
    from pipeline.extraction import Extractor
    from pipeline.rulefile import RuleFault

    try:
        loaded = load_rules(rules)
        faults = loaded.faults(Extractor(rules=loaded, model=model).parser)
    except RuleFault as fault:
        from pipeline.tuning.faults import file_faults

        tell_rule_faults(file_faults(fault, rules), {}, as_json=as_json)
    else:
        tell_rule_faults(faults, loaded.books, as_json=as_json)
    books = loaded.books.values()
    count = sum(len(rule.examples) for book in books for rule in book.rules)
    misses = sum(e.kind == "misses" for book in books for rule in book.rules for e in rule.examples)
    said = (
        f"{sum(len(book.rules) for book in books)} rules hold to their {count} examples "
        f"({misses} of them known misses)."
    )
    holding.remember(state, said, held)
    people.print(said)


def tell_rule_faults(
    faults: Sequence[RuleFault], books: Mapping[str, Rulebook], *, as_json: bool
) -> None:
    """Show what is wrong with the rules, and end, where something is."""
    if not faults:
        return
    import json

    from pipeline.showing import fault_parts
    from pipeline.tuning import faults as reports

    for fault in faults:
        report = reports.report_of(fault, books)
        if as_json:
            line = json.dumps(reports.as_json(report), ensure_ascii=False)
            sys.stdout.write(line + "\n")
        else:
            for part in fault_parts(report, people.width):
                people.print(part)
    count = "1 fault." if len(faults) == 1 else f"{len(faults)} faults."
    people.print(count)
    raise typer.Exit(FAILED)


@rules_app.command("list")
def rules_list(
    rules: RulesOption = None,
    stage: Annotated[str | None, typer.Option(help="Only the rules of one stage.")] = None,
    on: Annotated[
        list[str] | None, typer.Option("--on", help="Articles to count hits and cost on.")
    ] = None,
    sort: Annotated[str, typer.Option(help="file, hits, precision or cost.")] = "file",
    as_json: Annotated[bool, typer.Option("--json", help="A line of JSON for each rule.")] = False,
    cache: Annotated[
        Path | None, typer.Option(help="Folder for parses; by default in the user's cache.")
    ] = None,
    model: ModelOption = DEFAULT_MODEL,
) -> None:
    """List the rules: where each stands, how often it was right on gold sets, what it does."""
    import json

    from pipeline.rulebook import observed
    from pipeline.showing import rules_table
    from pipeline.tuning import listing

    if sort not in listing.SORTS:
        raise typer.BadParameter(f"one of {', '.join(listing.SORTS)}", param_hint="--sort")
    if sort == "cost" and not on:
        raise typer.BadParameter("say --on which articles, to sort by cost", param_hint="--sort")
    loaded = load_rules(rules)
    if stage is not None and stage not in loaded.books:
        people.print(f"[red]No stage {stage!r}[/]; there are {', '.join(loaded.books)}.")
        raise typer.Exit(USAGE)
    tally = tally_on(on, loaded, model, cache) if on else None
    entries = [
        entry
        for entry in listing.listed(loaded, observed(), tally, rules)
        if stage in (None, entry.stage)
    ]
    entries = listing.in_order(entries, sort)
    if as_json:
        for entry in entries:
            sys.stdout.write(json.dumps(listing.as_json(entry), ensure_ascii=False) + "\n")
    else:
        page = data if data.is_terminal else Console(highlight=False, width=WHOLE_LINES)
        page.print(rules_table(entries, measured=tally is not None))
    for line in listing.account(entries, tally):
        people.print(line, markup=False)


def tally_on(on: Sequence[str], loaded: Rules, model: str, cache: Path | None) -> Tally:
    """What the rules do on a corpus, whose parses are kept."""
    from pipeline.article import Article
    from pipeline.caches import cache_folder
    from pipeline.extraction import Extractor
    from pipeline.reading import read
    from pipeline.tuning import listing
    from pipeline.tuning.parses import ParseCache

    extractor = Extractor(rules=loaded, model=model)
    parses = ParseCache(cache or cache_folder(), extractor.parser)
    found = read(on, furniture=loaded.furniture)
    articles = [each for each in found if isinstance(each, Article)]
    if not articles:
        raise typer.BadParameter("no articles are found there", param_hint="--on")
    return listing.tally_of(parses.parsed(articles), extractor)


@rules_app.command("watch")
def rules_watch(
    watched: Annotated[Path, typer.Argument(help="Your rule file, or the folder of them.")],
    on: Annotated[list[str], typer.Option("--on", help="Articles to try the rules on.")],
    cache: Annotated[
        Path | None, typer.Option(help="Folder for parses; by default in the user's cache.")
    ] = None,
    once: Annotated[bool, typer.Option("--once", help="End after the first save.")] = False,
    model: ModelOption = DEFAULT_MODEL,
) -> None:
    """At each save of a rule file, say which examples fail and what changes on a corpus."""
    with extra("tune"):
        from pipeline.tuning.saves import reports, saves_of
    from pipeline.caches import cache_folder, prune
    from pipeline.tuning.crew import Crew, Work, rules_in

    folder = watched if watched.is_dir() else watched.parent
    if not folder.is_dir():
        raise typer.BadParameter(f"{folder} is no folder", param_hint="WATCHED")
    rules_in(folder)  # a fault in them ends the program here (`main` says it)
    parses = cache or cache_folder()
    prune(parses)
    prune(cache_folder("regexes"))
    work = Work(folder.resolve(), model, parses)
    try:
        with saves_of(watched.resolve()) as saves, Crew(work, raw_articles_of(on, "--on")) as crew:
            articles = 0
            for ready in crew.ready():
                articles += ready.articles
                for fault in ready.unreadable:
                    people.print(f"{fault.path}: {fault.message}", markup=False)
            people.print(f"{articles} articles are parsed and read; their parses are kept in")
            people.print(f"{parses}. Save a rule file in {folder}/ to see what it changes.")
            for report in reports(crew, saves, once=once):
                tell_report(report)
    except EOFError:
        people.print("[red]A process has died[/]; most likely there is too little memory.")
        raise typer.Exit(FAILED) from None
    except KeyboardInterrupt:
        people.print(f"Stopped watching {folder}/.", markup=False)
        raise typer.Exit(INTERRUPTED) from None


def tell_report(report: Report) -> None:
    """Say what is known of a save: whether the rules hold, or changes in articles."""
    from pipeline.showing import changes_parts
    from pipeline.tuning.saves import Faults

    after = f"after {report.seconds:.2f} s"
    if isinstance(report, Faults):
        for fault in report.faults:
            people.print(fault, markup=False)
        if report.examples is not None:
            bad = len(report.faults)
            people.print(f"{report.examples - bad} of {report.examples} examples hold, {after}.")
        return
    for part in changes_parts(report.changes):
        data.print(part)
    kind = "touched" if report.touched else "other"
    if report.articles is None:
        people.print(f"{report.total} changes so far, {after}.")
    else:
        people.print(f"{report.total} changes on {report.articles} {kind} articles, {after}.")


def raw_articles_of(inputs: Sequence[str], name: str) -> list[RawArticle]:
    """The articles of files and folders as they stand there; what is none is said."""
    from pipeline.reading import RawArticle, read_raw

    raws = []
    for each in read_raw(inputs):
        if isinstance(each, RawArticle):
            raws.append(each)
        else:
            people.print(f"{each.path}: {each.message}", markup=False)
    if not raws:
        raise typer.BadParameter("no articles are found there", param_hint=name)
    return raws


@rules_app.command("new")
def rules_new(
    from_: Annotated[str, typer.Option("--from", help="FILE:START-END, in characters.")],
    finds: Annotated[
        str, typer.Option(help="What the rule finds, with its stage if others find it: dates/unit.")
    ] = "",
    rules: RulesOption = None,
    model: ModelOption = DEFAULT_MODEL,
) -> None:
    """Print a rule whose first example is a sentence of an article."""
    from pipeline.extraction import Extractor
    from pipeline.tuning.scaffold import PlaceError, scaffold

    file, _, stretch = from_.rpartition(":")
    numbers = stretch.split("-")
    if not file or len(numbers) != 2 or not all(number.isdecimal() for number in numbers):
        message = f"{from_!r}: write it as article.txt:120-134"
        raise typer.BadParameter(message, param_hint="--from")
    loaded = load_rules(rules)
    book, kind = kind_of_rule(loaded, finds)
    extractor = Extractor(rules=loaded, model=model)
    article = extractor.parser(one_article(file, extractor, published=None))
    try:
        made = scaffold(article, (int(numbers[0]), int(numbers[1])), kind=kind, book=book)
    except PlaceError as error:
        people.print(f"[red]{escape(file)}[/]: {escape(str(error))}")
        raise typer.Exit(USAGE) from None
    sys.stdout.write(made)
    people.print(
        f"Put it into a file {book.name}.yaml of your rule folder, fill in the note and the "
        "rejects, then: tariffwire rules check --rules FOLDER"
    )


def kind_of_rule(loaded: Rules, finds: str) -> tuple[Rulebook, str]:
    """The book of a kind of rule, and the kind; ends where there is none, or several."""
    stage, _, kind = finds.rpartition("/")
    books = [
        book for name, book in loaded.books.items() if kind in book.by_kind and stage in ("", name)
    ]
    if len(books) == 1:
        return books[0], kind
    kinds = "; ".join(
        f"{name}: {', '.join(book.by_kind)}" for name, book in loaded.books.items() if book.by_kind
    )
    said = f"{finds!r} is found by several stages" if books else f"nothing finds {finds!r}"
    raise typer.BadParameter(f"{said if finds else 'say which'}; there are {kinds}")


@app.command()
def explain(
    file: Annotated[str, typer.Argument(help="An article.")],
    at: Annotated[int | None, typer.Option(help="A place: offset in characters.")] = None,
    text: Annotated[str | None, typer.Option(help="A place: the words that stand there.")] = None,
    published: PublishedOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    rules: RulesOption = None,
    model: ModelOption = DEFAULT_MODEL,
) -> None:
    """Say what was found at a place of an article, by which rule, and what was not, and why."""
    import json

    from pipeline.extraction import Extractor
    from pipeline.showing import explanation_parts
    from pipeline.tuning.explaining import explain as explain_place

    extractor = Extractor(rules=load_rules(rules), model=model)
    article = one_article(file, extractor, published=published)
    explanation = explain_place(extractor, article, place_of(article.text, at, text))
    if as_json:
        sys.stdout.write(json.dumps(explanation.as_json(), ensure_ascii=False, indent=2) + "\n")
        return
    for part in explanation_parts(explanation):
        data.print(part)


@app.command()
def diff(
    inputs: Annotated[
        list[str] | None, typer.Argument(help="Articles to compare on, as with --on.")
    ] = None,
    base: Annotated[
        str, typer.Option(help="A folder of rules or of records, or a git revision of the rules.")
    ] = "HEAD",
    on: Annotated[
        list[str] | None,
        typer.Option("--on", help="Articles to compare on; else what records were made from."),
    ] = None,
    rules: RulesOption = None,
    published: PublishedOption = None,
    fail_on: Annotated[
        str | None, typer.Option(help="Exit 1 if a change is as bad: critical important minor.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="A line of JSON for each change.")
    ] = False,
    html: Annotated[Path | None, typer.Option(help="Write a page of all changes.")] = None,
    cache: CacheOption = None,
    model: ModelOption = DEFAULT_MODEL,
) -> None:
    """Say what the rules as they are now gain, lose and change against a base, the worst first."""
    import json
    from dataclasses import asdict

    from pipeline.caches import cache_folder, prune
    from pipeline.showing import changes_parts
    from pipeline.tuning import bases
    from pipeline.tuning.comparing import SEVERITIES
    from pipeline.writing import write_text

    if html is not None:
        with extra("report"):
            from pipeline.tuning.page import page
    if fail_on is not None and fail_on not in SEVERITIES:
        raise typer.BadParameter(f"one of {', '.join(SEVERITIES)}", param_hint="--fail-on")
    question = bases.Question(base, rules, (*(inputs or ()), *(on or ())), model, published)
    kept = cache or cache_folder()
    prune(kept)
    try:
        answer = bases.differences(question, kept)
    except bases.BaseError as error:
        people.print(f"[red]{escape(base)}[/]: {escape(str(error))}")
        raise typer.Exit(USAGE) from None
    except KeyboardInterrupt:
        raise typer.Exit(INTERRUPTED) from None
    for failure in answer.unreadable:
        people.print(f"[red]{escape(failure.path)}[/]: {escape(failure.message)}")
    if as_json:
        for change in answer.changes:
            sys.stdout.write(json.dumps(asdict(change), ensure_ascii=False) + "\n")
    else:
        for part in changes_parts(answer.changes):
            data.print(part)
    if html is not None:
        write_text(html, page(answer, base))
        people.print(f"All changes are in {html}", markup=False)
    people.print(answer.account)
    limit = SEVERITIES.index(fail_on) if fail_on else -1
    worst = any(SEVERITIES.index(change.severity) <= limit for change in answer.changes)
    raise typer.Exit(FAILED if worst or answer.unreadable else 0)


@app.command()
def tune(
    corpus: Annotated[list[str], typer.Argument(help="Articles to try the rules on.")],
    rules: Annotated[
        Path, typer.Option(help="The folder of your rule files; made at the first save.")
    ] = Path("rules"),
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 is any free one.")] = 8765,
    cache: Annotated[
        Path | None, typer.Option(help="Folder for parses; by default in the user's cache.")
    ] = None,
    model: ModelOption = DEFAULT_MODEL,
) -> None:
    """Open a workbench in the browser: articles, rules and what a change does, until Ctrl-C."""
    with extra("tune"):
        from pipeline.workbench.server import PortError, serve
    from pipeline.caches import cache_folder, prune
    from pipeline.extraction import Extractor
    from pipeline.rulebook import OWN_RULES
    from pipeline.tuning.trial import Trial
    from pipeline.workbench.bench import Bench, own_stems
    from pipeline.workbench.folder import RuleFolder

    if rules.resolve() == OWN_RULES.resolve() or rules.is_file():
        raise typer.BadParameter(f"{rules}: give a folder of your own", param_hint="--rules")
    try:
        base = Extractor(rules=load_rules(rules if rules.is_dir() else None), model=model)
        kept = cache or cache_folder()
        prune(kept)
        raws = raw_articles_of(corpus, "CORPUS")
        trial = Trial.of(raws, base, kept)
        for fault in trial.unreadable.values():
            people.print(f"{fault.path}: {fault.message}", markup=False)
        bench = Bench(trial, RuleFolder(rules, own_stems()))
        people.print(f"{len(bench.articles)} articles are parsed. Ctrl-C ends the workbench. Open")
        serve(bench, port=port, told=lambda address: people.print(address, markup=False))
    except PortError as error:
        people.print(f"[red]{escape(str(error))}[/]")
        raise typer.Exit(FAILED) from None
    except KeyboardInterrupt:
        raise typer.Exit(INTERRUPTED) from None


@app.command("eval")
def evaluate_on(
    golds: Annotated[
        list[Path], typer.Argument(help="Gold sets: JSON Lines, or corrected records.")
    ],
    by: Annotated[str, typer.Option(help="rule, source, or both: rule,source.")] = "",
    baseline: Annotated[
        Path | None, typer.Option(help="The JSON of an earlier evaluation, to compare with.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    rules: RulesOption = None,
    model: ModelOption = DEFAULT_MODEL,
) -> None:
    """Score on gold sets, with 95 % intervals, by field and on request by rule and source."""
    import json
    from dataclasses import asdict

    from pipeline.extraction import Extractor
    from pipeline.showing import evaluation_parts
    from pipeline.tuning import evaluating

    if unknown := set(filter(None, by.split(","))) - {"rule", "source"}:
        message = f"{', '.join(sorted(unknown))}: say rule, source, or rule,source"
        raise typer.BadParameter(message, param_hint="--by")
    extractor = Extractor(rules=load_rules(rules), model=model)
    made = {}
    for path in golds:
        try:
            gold = evaluating.read_gold(path)
            then = evaluating.read_baseline(baseline, str(path)) if baseline else None
            found = [extractor(article) for article in evaluating.articles_of(gold, path)]
            evaluation = evaluating.evaluate(gold, found)
            since = evaluating.compare(then, evaluation) if then is not None else None
        except (evaluating.GoldError, OSError) as error:
            people.print(f"[red]{escape(str(path))}[/]: {escape(str(error))}")
            raise typer.Exit(USAGE) from None
        made[str(path)] = evaluating.as_json_of(evaluation)
        if since is not None:
            made[str(path)]["since"] = asdict(since)
        if not as_json:
            for part in evaluation_parts(str(path), evaluation, by.split(","), since):
                data.print(part)
    if as_json:
        sys.stdout.write(json.dumps(made, ensure_ascii=False, indent=2) + "\n")


# What the commands share --------------------------------------------------------------------------


BLAS_THREADS = "OPENBLAS_NUM_THREADS"
"""Read when NumPy is imported, and by each worker process, which inherits it."""


def let_blas_have(threads: int | None) -> None:
    """Set the threads of NumPy's BLAS, before anything imports it, where that was asked."""
    if threads is not None:
        os.environ[BLAS_THREADS] = str(threads)


def worker_of(settings: Settings, log_file: Path | None) -> Worker:
    """A worker in this process; what is missing or wrong is said before anything is written."""
    from pipeline.extraction import Extractor
    from pipeline.running import Worker

    loaded = load_rules(settings.rules)
    extractor = Extractor(rules=loaded, model=settings.model, blas=settings.blas)
    _ = extractor.receipt
    if settings.rules is not None:
        stop_on_faults(loaded, extractor, users_only=True)
    logging_to(log_file)
    return Worker(settings, extractor)


def run_by_ray(
    engine: str,
    worker: Worker,
    inputs: Sequence[str],
    out: str,
    workers: int | None,
    progress: Progress,
) -> Summary:
    """The run on a cluster; what the cluster cannot do ends it in one line."""
    from pipeline.running import made_by

    with extra("ray"):
        from pipeline.running.cluster import (
            ClusterError,
            Job,
            connected,
            find_files,
            run_on_cluster,
        )

        try:
            files = find_files(inputs)
            where = out if "://" in out else str(Path(out).resolve())
            job = Job(worker.settings, where, made_by(worker.extractor, worker.settings))
            with connected(engine):
                return run_on_cluster(job, files, workers, progress.stand)
        except ClusterError as error:
            people.print(f"[red]{escape(str(error))}[/]")
            raise typer.Exit(USAGE) from None


def logging_to(log_file: Path | None) -> None:
    """Let what is said of a run go to a file too, with the seconds since its start."""
    import logging

    log = logging.getLogger("tariffwire")
    log.propagate = False
    for name in ("tariffwire", "pypdf", "trafilatura", "htmldate", "charset_normalizer"):
        logging.getLogger(name).addHandler(logging.NullHandler())  # a broken file is ours to tell
    if log_file is None:
        return

    try:
        handler = logging.FileHandler(log_file, encoding="utf-8")
    except OSError as error:
        message = f"{log_file}: cannot be written to: {error.strerror}"
        raise typer.BadParameter(message, param_hint="--log-file") from error
    started = perf_counter()

    def timed(record: logging.LogRecord) -> bool:
        record.at = perf_counter() - started
        return True

    handler.addFilter(timed)
    handler.setFormatter(logging.Formatter("%(at)9.1f s  %(levelname)-7s  %(message)s"))
    log.setLevel(logging.INFO)
    log.addHandler(handler)


def say(message: str, *, error: bool = False) -> None:
    """Write a line to the log file, where there is one."""
    import logging

    logging.getLogger("tariffwire").log(logging.ERROR if error else logging.INFO, message)


def tell_failures(summary: Summary) -> None:
    """Name each article that failed, and why."""
    for failure in summary.failed:
        people.print(f"[red]{escape(failure.path)}[/]: {escape(failure.message)}")
        say(f"{failure.path}: {failure.error}: {failure.message}", error=True)


@contextmanager
def extra(name: str) -> Iterator[None]:
    """Say which extra to install where one of its packages is missing, and end."""
    try:
        yield
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] == "pipeline":
            raise
        people.print(
            f"This needs the package {error.name}: pip install 'tariffwire\\[{name}]'",
            soft_wrap=True,
        )
        raise typer.Exit(USAGE) from error


@contextmanager
def reading(folder: Path) -> Iterator[Records]:
    """The records of a folder; faulty files are named, left out, and make the exit status 1."""
    from pipeline.tables import load

    faults: list[RecordFault] = []

    def note(fault: RecordFault) -> None:
        if str(fault) not in map(str, faults):
            faults.append(fault)
            tell_fault(fault)

    try:
        records = load(folder, on_fault=note)
    except NotADirectoryError as error:
        raise typer.BadParameter(str(error)) from error
    if not records:
        raise typer.BadParameter(f"{folder} holds no records; tariffwire run writes them")
    yield records
    if faults:
        raise typer.Exit(FAILED)


def tell_fault(fault: RecordFault) -> None:
    """Name a file that is no record, and why."""
    people.print(f"[red]{escape(str(fault.path))}[/]: {escape(fault.message)}")


def one_article(file: str, extractor: Extractor, *, published: str | None) -> Article:
    """The first article of a file; ends where there is none."""
    from pipeline.article import Article
    from pipeline.reading import read

    furniture = extractor.rules.furniture
    first = next(read([file], published=published, furniture=furniture), None)
    if isinstance(first, Article):
        return first
    people.print(f"[red]{file}[/]: {first.message if first else 'no article'}")
    raise typer.Exit(FAILED)


def place_of(text: str, at: int | None, words: str | None) -> tuple[int, int]:
    """The offsets that `--at` or `--text` name; ends where they name none, or several."""
    if (at is None) == (words is None):
        raise typer.BadParameter("give one of --at and --text")
    if words is not None:
        import re

        count = text.count(words)
        if count != 1:
            places = [str(found.start()) for found in re.finditer(re.escape(words), text)]
            said = f"stands there {count} times, at {', '.join(places)}"
            said = said if count else "does not stand in the article"
            raise typer.BadParameter(
                f"{words!r} {said}; give more words, or --at", param_hint="--text"
            )
        start = text.index(words)
        return start, start + len(words)
    if at is None or not 0 <= at < len(text):
        raise typer.BadParameter(
            f"{at} is outside the article (0 to {len(text) - 1})", param_hint="--at"
        )
    return at, at + 1


def load_rules(overlay: Path | None) -> Rules:
    """The rules; a fault in them ends the program (`main` says it)."""
    from pipeline.extraction import Rules

    return Rules.load(overlay)


def stop_on_faults(loaded: Rules, extractor: Extractor, *, users_only: bool) -> None:
    """Say each example that does not hold, and end."""
    faults = loaded.faults(extractor.parser, users_only=users_only)
    for fault in faults:
        people.print(str(fault), markup=False)
    if faults:
        raise typer.Exit(USAGE)


class Progress:
    """Says how a run gets on: a line that moves on a terminal, else now and then a line."""

    def __init__(self, console: Console, *, shown: bool, position: Position | None = None) -> None:
        from pipeline.running.pace import Pace

        self.status = console.status("Reading …") if shown and console.is_terminal else None
        self.console = console if shown else None
        self.position = position
        self.pace = Pace()
        self.first: list[Outcome] = []
        """The first outcomes, as many as are shown in a table at the end, and one more."""
        self.articles = self.tariffs = self.failed = 0
        self.said = perf_counter()

    def __enter__(self) -> Progress:
        if self.status is not None:
            self.status.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self.status is not None:
            self.status.stop()

    def tell(self, outcome: Outcome) -> None:
        """Take note of one article."""
        self.tariffs += getattr(outcome, "found", {}).get("tariffs", 0)
        self.failed += hasattr(outcome, "error")
        if len(self.first) <= TABLE_LIMIT:
            self.first.append(outcome)
        self._step(1)

    def stand(self, summary: Summary) -> None:
        """Take note of how a run of many machines stands."""
        self.tariffs, self.failed = summary.found["tariffs"], len(summary.failed)
        self._step(summary.articles - self.articles)

    def _step(self, articles: int) -> None:
        self.articles += articles
        self.pace.step(self.position.share if self.position else None, articles)
        now = perf_counter()
        if self.status is not None and now - self.said >= REDRAW_S:
            self.status.update(self.line)
            self.said = now
        elif self.status is None and now - self.said >= LINE_EVERY_S:
            self.said = now
            say(self.line)
            if self.console is not None:
                self.console.print(self.line)

    @property
    def line(self) -> str:
        """Where it stands."""
        left = self.pace.seconds_left
        parts = [
            f"{self.articles:,} articles",
            f"{self.pace.a_second:,.1f} a second",
            f"{self.tariffs:,} measures",
            f"{self.failed:,} failed" if self.failed else "",
            f"about {in_words(left)} left" if left is not None else "",
        ]
        return ", ".join(part for part in parts if part)


def in_words(seconds: float) -> str:
    """A time as people say it: 40 s, 12 min, 3 h 20 min."""
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def print_found(first: Sequence[Outcome], summary: Summary, out: Path) -> None:
    """A row for each article and the measures found, if they are few; then how many they are."""
    from pipeline.record import Record
    from pipeline.running import Finished, Unchanged, record_path
    from pipeline.showing import found_table, measures_table

    if summary.articles <= TABLE_LIMIT and len(first) == summary.articles:
        records = [
            Record.model_validate_json(record_path(out, outcome.id).read_bytes())
            for outcome in first
            if isinstance(outcome, Finished | Unchanged)
        ]
        data.print(found_table(records))
        if any(record.tariffs for record in records):
            data.print(measures_table(records))
    said = account(summary, out)
    people.print(said, markup=False)
    say(said)


def account(summary: Summary, out: Path) -> str:
    """What a run did, in one line."""
    parts = [
        f"{summary.written} record{'s' if summary.written != 1 else ''} written to {out}/",
        f"{summary.unchanged} unchanged" if summary.unchanged else "",
        f"{summary.skipped} without a word of trade: see {out / 'skipped.jsonl'}"
        if summary.skipped
        else "",
        f"{summary.copies} copies of others: see {out / 'copies.jsonl'}" if summary.copies else "",
        f"{len(summary.failed)} failed: see {out / 'errors.jsonl'}" if summary.failed else "",
    ]
    return ", ".join(part for part in parts if part)


def commands(root: Any) -> dict[str, dict[str, str]]:
    """Every command below `root` with its options, by the long names that a settings file uses."""
    made: dict[str, dict[str, str]] = {}

    def add(path: tuple[str, ...], command: Any) -> None:
        for name, below in getattr(command, "commands", {}).items():
            add((*path, name), below)
        if not hasattr(command, "commands"):
            made[" ".join(path)] = {
                max(each.opts, key=len).lstrip("-").replace("-", "_"): str(each.name)
                for each in command.params
                if each.param_type_name == "option" and each.name != "help"
            }

    add((), root)
    return made


def main(arguments: Sequence[str] | None = None) -> None:
    """The command `tariffwire`."""
    # Articles are spread over processes; threads inside a matrix product only get in their way.
    os.environ.setdefault(BLAS_THREADS, "1")
    # Looking for plugins in all that is installed takes longer than `schema` does; we have none.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    command = typer.main.get_command(app)
    try:
        command(arguments, default_map=settings_of(commands(command), Path(FILE), os.environ))
    except (ValueError, RuntimeError) as error:
        from pipeline.parsing import ModelError
        from pipeline.rulefile import RuleFault

        if not isinstance(error, ModelError | RuleFault | SettingsFault):
            raise
        people.print(str(error), markup=False)
        sys.exit(USAGE)


if __name__ == "__main__":
    main()
