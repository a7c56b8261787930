"""Prodigy's JSON Lines: tokens, spans and relations, as `rel.manual` and `spans.manual` have them.

Source: prodi.gy/docs/api-interfaces, "relations" and "spans_manual". Token numbers count from 0,
the last token of a span included; a relation names the last tokens of its two ends. Spans have no
ids: one place with one label is one span, whatever it is part of.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from pipeline.annotating.faults import Done, ExportFault, Left, Said, record_in
from pipeline.annotating.sheets import Link, Mark, Sheet
from pipeline.annotating.tokens import tokens_of
from pipeline.writing import write_text

TASKS = "tasks.jsonl"
ANSWERS = ("accept", "reject", "ignore")

Task = Mapping[str, Any]
Place = tuple[int, int, str | None]


def write(sheets: Iterable[Sheet], folder: Path) -> int:
    """Write a line for each article; returns how many."""
    lines = [json.dumps(task_of(sheet), ensure_ascii=False) + "\n" for sheet in sheets]
    write_text(folder / TASKS, "".join(lines))
    return len(lines)


def task_of(sheet: Sheet) -> dict[str, Any]:
    """An article as a task."""
    tokens = tokens_of(sheet.text, sheet.marks)
    at_start = {token.start: n for n, token in enumerate(tokens)}
    at_end = {token.end: n for n, token in enumerate(tokens)}

    def span_of(mark: Mark) -> dict[str, Any]:
        return {
            "start": mark.start,
            "end": mark.end,
            "token_start": at_start[mark.start],
            "token_end": at_end[mark.end],
            "label": mark.label,
        }

    spans = {mark.id: span_of(mark) for mark in sheet.marks}
    places = {place_of(span): span for span in spans.values()}
    relations = {
        (place_of(spans[link.head]), place_of(spans[link.child]), link.label): {
            "head": spans[link.head]["token_end"],
            "child": spans[link.child]["token_end"],
            "label": link.label,
            "head_span": spans[link.head],
            "child_span": spans[link.child],
        }
        for link in sheet.links
    }
    record = sheet.record
    return {
        "text": sheet.text,
        "tokens": [
            {"text": t.text, "start": t.start, "end": t.end, "id": n, "ws": t.followed}
            for n, t in enumerate(tokens)
        ],
        "spans": sorted(places.values(), key=lambda s: (s["start"], -s["end"], s["label"])),
        "relations": list(relations.values()),
        "meta": {"id": sheet.id},
        "record": record.model_dump_json(indent=None).strip() if record is not None else None,
    }


def place_of(span: Task) -> Place:
    """Where a span is and what it is called: what tells spans apart."""
    return span["start"], span["end"], span["label"]


def read(path: Path, labels: Mapping[str, str]) -> Iterator[Said]:
    """The accepted tasks of an export (`prodigy db-out`), and those that were left out, and why."""
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
        if line.strip():
            where = f"{path}:{number}"
            try:
                task = json.loads(line)
            except json.JSONDecodeError as error:
                message = f"no JSON: {error.msg}; export with prodigy db-out"
                raise ExportFault(where, message) from error
            yield said_by(task, where, labels)


def said_by(task: Task, where: str, labels: Mapping[str, str]) -> Said:
    """What one line says."""
    if not isinstance(task, dict) or not isinstance(task.get("text"), str):
        raise ExportFault(where, "has no text; is it an export of prodigy db-out?")
    id = str((task.get("meta") or {}).get("id") or f"line-{where.rpartition(':')[2]}")
    answer = task.get("answer")
    if answer != "accept":
        if answer is not None and answer not in ANSWERS:
            raise ExportFault(where, f"answer {answer!r}; there are {', '.join(ANSWERS)}")
        return Left(where, id, f"answered {answer!r}" if answer else "not answered yet")
    marks: dict[Place, Mark] = {}
    for n, span in enumerate(task.get("spans") or ()):
        try:
            start, end, label = int(span["start"]), int(span["end"]), str(span["label"])
        except (KeyError, TypeError, ValueError) as error:
            raise ExportFault(where, f"span {n + 1} lacks start, end or label") from error
        known = labels.get(label, label)
        marks[start, end, label] = Mark(f"span {n + 1}", known, start, end, task["text"][start:end])
    links, notes = [], []
    for relation in task.get("relations") or ():
        ends = [end_of(relation.get(side) or {}, marks) for side in ("head_span", "child_span")]
        if ends[0] is None or ends[1] is None:
            notes.append(f"a relation {relation.get('label')!r} has an end that is no span")
        else:
            links.append(Link(str(relation.get("label")), ends[0], ends[1]))
    record = record_in(task.get("record"), where)
    sheet = Sheet(id, task["text"], tuple(marks.values()), tuple(links), record, valued=False)
    return Done(where, sheet, tuple(notes))


def end_of(span: Task, marks: Mapping[Place, Mark]) -> str | None:
    """The id of the mark at one end of a relation."""
    place = (span.get("start"), span.get("end"))
    exact = marks.get((*place, span.get("label")))  # type: ignore[arg-type]  # absent keys find none
    found = exact or next((m for key, m in marks.items() if key[:2] == place), None)
    return found.id if found is not None else None
