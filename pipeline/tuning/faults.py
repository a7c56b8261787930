"""Shows what is wrong with rules: the sentence or line, the words that differ, what to do."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import regex

from pipeline.compiled import FLAGS
from pipeline.examples import ExampleFault
from pipeline.patterns import PatternError
from pipeline.reading import Furniture
from pipeline.rulebook import SLOT, Rulebook, load_rulebook, matches_of
from pipeline.rulefile import MARK, Path_, RuleFault, Where
from pipeline.stages import STAGES
from pipeline.tuning.nearest import Surroundings, near_miss
from pipeline.tuning.sources import node_text, place_in_file

Stretch = tuple[int, int]
"""Half-open offsets in the text that is shown."""


@dataclass(frozen=True)
class FaultReport:
    """One fault as a person needs it."""

    file: str
    line: int
    column: int
    """Of the first words that differ, in the rule file; from 1."""
    key: str
    rule: str | None
    example: Literal["matches", "rejects", "misses"] | None
    problem: str
    """What is wrong, in a few words."""
    text: str
    """The sentence of the example, or the line of the file."""
    differing: tuple[Stretch, ...]
    """The words that differ: shown with ^^^^."""
    elsewhere: tuple[Stretch, ...]
    """What the rule found in another place: shown with ~~~~."""
    expected: str
    found: str
    todo: str

    @property
    def place(self) -> str:
        """File, line and column, as editors open it."""
        return f"{self.file}:{self.line}:{self.column}"


def report_of(fault: RuleFault, books: Mapping[str, Rulebook]) -> FaultReport:
    """The report of a fault; `books` are those that were loaded, none where they could not be."""
    if isinstance(fault, ExampleFault):
        return _of_example(fault, books)
    return _of_file(fault)


def file_faults(first: RuleFault, overlay: Path | None) -> list[RuleFault]:
    """The first fault of each rule file, where the rules could not be loaded."""
    found = {str(first): first}
    for name in (Furniture.name, *(stage.name for stage in STAGES)):
        try:
            load_rulebook(name, overlay)
        except RuleFault as fault:
            found.setdefault(str(fault), fault)
    return list(found.values())


# Examples -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Told:
    problem: str
    differing: tuple[Stretch, ...]
    todo: str
    elsewhere: tuple[Stretch, ...] = ()
    expected: str = ""
    found: str = ""


def _of_example(fault: ExampleFault, books: Mapping[str, Rulebook]) -> FaultReport:
    example = fault.example
    told = {"rejects": _rejected, "misses": _missed}.get(example.kind, _matched)(fault, books)
    where = _place(fault.where, told.differing[0][0])
    return FaultReport(
        file=where.file,
        line=where.line,
        column=where.column,
        key=where.key,
        rule=fault.rule.id,
        example=example.kind,  # type: ignore[arg-type]  # one of the three
        problem=told.problem,
        text=example.text,
        differing=told.differing,
        elsewhere=told.elsewhere,
        expected=told.expected,
        found=told.found,
        todo=told.todo,
    )


def _rejected(fault: ExampleFault, _books: Mapping[str, Rulebook]) -> _Told:
    return _Told(
        problem="fires, and must not",
        differing=fault.how.found,
        expected=f"nothing: {fault.example.why}",
        found=_quoted(fault, fault.how.found),
        todo="make the rule narrower, or take the sentence out of rejects if it should match",
    )


def _missed(fault: ExampleFault, _books: Mapping[str, Rulebook]) -> _Told:
    return _Told(
        problem="is right now",
        differing=fault.example.marks,
        found=_quoted(fault, fault.example.marks),
        todo="move the sentence from misses to matches, without its why",
    )


def _matched(fault: ExampleFault, books: Mapping[str, Rulebook]) -> _Told:
    how, (mark,) = fault.how, fault.example.marks
    expected = _quoted(fault, (mark,))
    if how.differences:
        spans = tuple(dict.fromkeys(d.span or mark for d in how.differences))
        return _Told(
            problem="gives another value",
            differing=spans,
            expected=", ".join(f"{d.name} = {d.wanted}" for d in how.differences),
            found=", ".join(f"{d.name} = {d.given}" for d in how.differences),
            todo="mend the pattern or its gives, or the gives of the example",
        )
    start, end = mark
    near = [s for s in how.found if s[0] < end and start < s[1]]
    if not near:
        return _not_there(fault, books, expected)
    found = max(near, key=lambda s: (min(s[1], end) - max(s[0], start), s[0] - s[1]))
    before, after = sorted((start, found[0])), sorted((end, found[1]))
    text = fault.example.text
    apart = tuple(trimmed(text, (a, b)) for a, b in (before, after) if a < b)
    too_long = found[0] <= start and end <= found[1]
    too_short = start <= found[0] and found[1] <= end
    problem = "found too long" if too_long else "found too short" if too_short else "found shifted"
    verb = "stop the pattern before" if too_long else "let the pattern go on over"
    verb = verb if too_long or too_short else "mend the pattern at"
    return _Told(
        problem=problem,
        differing=apart,
        expected=expected,
        found=_quoted(fault, (found,)),
        todo=f"{verb} {_quoted(fault, apart)}, or move the [[ ]] of the example",
    )


def _not_there(fault: ExampleFault, books: Mapping[str, Rulebook], expected: str) -> _Told:
    how, (mark,) = fault.how, fault.example.marks
    dropped = tuple(
        (m.start, m.end)
        for m in matches_of(fault.rule, fault.article)
        if m.start < mark[1] and mark[0] < m.end
    )
    if dropped:
        return _Told(
            problem="matched, but the stage makes nothing of it",
            differing=dropped,
            expected=expected,
            found=f"{_quoted(fault, dropped)} by the pattern alone",
            todo="see with `tariffwire explain` what the stage needs beside the pattern",
        )
    why = ""
    if book := books.get(fault.rule.id.partition("/")[0]):
        miss = near_miss(fault.rule, Surroundings(book, fault.article, mark))
        why = f"{miss.said}; " if miss is not None else ""
    return _Told(
        problem="found elsewhere" if how.found else "not found",
        differing=(mark,),
        elsewhere=how.found,
        expected=expected,
        found=_quoted(fault, how.found) or "nothing",
        todo=f"{why}widen the pattern, or move the sentence to misses with a why",
    )


def _quoted(fault: ExampleFault, spans: tuple[Stretch, ...]) -> str:
    text = fault.example.text
    return ", ".join(repr(" ".join(text[a:b].split()) or text[a:b]) for a, b in spans)


def _place(where: Where, offset: int) -> Where:
    """The place in the file of a character of an example, or of the example."""
    key = path_of(where.key)
    marked = node_text(where.path, key) if where.path else None
    if where.path is None or marked is None:
        return where
    place = place_in_file(where.path, key, marked_offset(marked, offset))
    return where if place is None else Where(where.file, place[0], where.key, place[1], where.path)


def marked_offset(marked: str, offset: int) -> int:
    """Where a character of a sentence stands in the sentence with its `[[ ]]`."""
    for mark in MARK.finditer(marked):
        if mark.start() > offset:
            break
        offset += len(mark.group())
    return offset


def trimmed(text: str, span: Stretch) -> Stretch:
    """A stretch without the white space at its ends, if words are left."""
    words = text[slice(*span)]
    start = span[0] + len(words) - len(words.lstrip())
    return (start, start + len(words.strip())) if words.strip() else span


def path_of(key: str) -> Path_:
    """The path that `rules.3.matches.0.text` names."""
    return tuple(int(part) if part.isdecimal() else part for part in key.split("."))


# Files --------------------------------------------------------------------------------------------


def _of_file(fault: RuleFault) -> FaultReport:
    where = _pattern_place(fault) or fault.where
    line = _line_of(where)
    start = where.column - 1
    word = re.compile(r"[\w-]+").match(line, start)
    end = word.end() if word else start + 1
    return FaultReport(
        file=where.file,
        line=where.line,
        column=where.column,
        key=where.key,
        rule=None,
        example=None,
        problem=fault.message,
        text=line,
        differing=((start, end),),
        elsewhere=(),
        expected="",
        found="",
        todo="",
    )


def _pattern_place(fault: RuleFault) -> Where | None:
    """The place inside a pattern: of a name that is not known, or where a regex is faulty."""
    where, cause = fault.where, fault.__cause__
    if where.path is None or cause is None:
        return None
    key = path_of(where.key)
    written = node_text(where.path, key)
    if isinstance(cause, PatternError) and cause.word is not None:
        return _of_word(where.path, where, cause.word)
    at = fault_in_regex(written) if written is not None else None
    place = place_in_file(where.path, key, at) if at is not None else None
    return Where(where.file, place[0], where.key, place[1], where.path) if place else None


def _of_word(path: Path, where: Where, said: str) -> Where | None:
    """Where a word stands first at or after a line."""
    word = re.compile(rf"(?<![\w-]){re.escape(said)}(?![\w-])")
    for number, line in enumerate(_lines(path), start=1):
        if number >= where.line and (found := word.search(line)):
            return Where(where.file, number, where.key, found.start() + 1, path)
    return None


def fault_in_regex(written: str) -> int | None:
    """Where a regex is faulty, with its `{{slots}}` taken for sound ones; None if nowhere else."""
    sound = SLOT.sub(lambda slot: f"(?:{'x' * (len(slot.group()) - 4)})", written)
    try:
        regex.compile(sound, FLAGS)
    except regex.error as error:
        position = getattr(error, "pos", None)
        return position if isinstance(position, int) else None
    return None


def _line_of(where: Where) -> str:
    lines = _lines(where.path) if where.path else []
    return lines[where.line - 1] if where.line <= len(lines) else ""


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return []


# As text ------------------------------------------------------------------------------------------


def underlined(report: FaultReport, width: int) -> Iterator[tuple[str, str]]:
    """The text in lines of at most `width` characters, each with the line of carets under it."""
    text = report.text.replace("\n", "⏎").replace("\t", " ")
    signs = [" "] * (len(text) + 1)
    for sign, spans in (("~", report.elsewhere), ("^", report.differing)):
        for start, end in spans:
            signs[start:end] = sign * (end - start)
    under = "".join(signs)
    start = 0
    while start < len(text) or start == 0:
        end = len(text) if len(text) - start <= width else text.rfind(" ", start, start + width) + 1
        end = end if end > start else start + width
        yield text[start:end].rstrip(), under[start : end + (end == len(text))].rstrip()
        start = end


def as_json(report: FaultReport) -> dict[str, Any]:
    """As plain data, for programs."""
    return {
        "file": report.file,
        "line": report.line,
        "column": report.column,
        "key": report.key,
        "rule": report.rule,
        "example": report.example,
        "problem": report.problem,
        "text": report.text,
        "differing": [list(span) for span in report.differing],
        "elsewhere": [list(span) for span in report.elsewhere],
        "expected": report.expected,
        "found": report.found,
        "todo": report.todo,
    }
