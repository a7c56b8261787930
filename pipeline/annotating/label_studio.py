"""Label Studio's JSON: tasks with predictions out, tasks with annotations back, and its set-up.

Source: labelstud.io/guide/predictions, /guide/task_format, /tags/labels, /tags/relations. Regions
keep their ids. Offsets are code points of the text; versions that counted UTF-16 units, or a line
end as one character, are told by the words that each region carries.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

from pipeline.annotating.faults import Done, ExportFault, Left, Said, record_in
from pipeline.annotating.sheets import (
    KINDS,
    Link,
    Mark,
    Sheet,
    links_between,
    options,
)
from pipeline.writing import write_text

TASKS, SETUP = "tasks.json", "labels.xml"
LABELS, TEXT = "label", "text"

Region = Mapping[str, Any]


def write(sheets: Iterable[Sheet], folder: Path) -> int:
    """Write the tasks, and the labelling set-up that shows them; returns how many tasks."""
    tasks = [task_of(sheet) for sheet in sheets]
    write_text(folder / TASKS, json.dumps(tasks, ensure_ascii=False, indent=1) + "\n")
    write_text(folder / SETUP, setup())
    return len(tasks)


def task_of(sheet: Sheet) -> dict[str, Any]:
    """An article as a task with one prediction."""
    record = sheet.record
    made_by = record.receipt.software if record is not None else None
    result = [region for mark in sheet.marks for region in regions_of(mark)]
    result += [
        {
            "type": "relation",
            "from_id": link.head,
            "to_id": link.child,
            "direction": "right",
            "labels": [link.label],
        }
        for link in sheet.links
    ]
    return {
        "data": {
            TEXT: sheet.text,
            "id": sheet.id,
            "record": record.model_dump_json(indent=None).strip() if record is not None else None,
        },
        "predictions": [
            {
                "model_version": f"{made_by.name} {made_by.version}" if made_by else "",
                "result": result,
            }
        ],
    }


def regions_of(mark: Mark) -> Iterator[dict[str, Any]]:
    """The labelled region of a mark, and a control of the same id for each of its values."""
    place = {"start": mark.start, "end": mark.end}
    label = {**place, "text": mark.text, "labels": [mark.label]}
    yield {"id": mark.id, "from_name": LABELS, "to_name": TEXT, "type": "labels", "value": label}
    for name, value in mark.values.items():
        chosen = options(mark.label, name)
        kind = "choices" if chosen else "textarea"
        said = {"text": mark.text, "choices": [value]} if chosen else {"text": [value]}
        yield {
            "id": mark.id,
            "from_name": control(mark.label, name),
            "to_name": TEXT,
            "type": kind,
            "value": {**place, **said},
        }


def setup() -> str:
    """The labelling configuration: labels, relations, and the values of chosen regions."""
    lines = ["<View>", "  <Relations>"]
    relations = dict.fromkeys(label for _, label, _ in links_between())
    lines += [f"    <Relation value={quoteattr(label)}/>" for label in relations]
    lines += ["  </Relations>", f'  <Labels name="{LABELS}" toName="{TEXT}">']
    lines += [f"    <Label value={quoteattr(label)}/>" for label in KINDS]
    lines += ["  </Labels>", f'  <Text name="{TEXT}" value="${TEXT}"/>']
    for name, labels in shown_where().items():
        when = f'whenTagName="{LABELS}" whenLabelValue={quoteattr(",".join(labels))}'
        words = list(
            dict.fromkeys(word for label in labels for word in options(label, value_name(name)))
        )
        head = f'name="{name}" toName="{TEXT}" perRegion="true" {when}'
        if words:
            lines.append(f'  <Choices {head} choice="single" showInline="true">')
            lines += [f"    <Choice value={quoteattr(word)}/>" for word in words]
            lines.append("  </Choices>")
        else:
            lines.append(f'  <TextArea {head} maxSubmissions="1" editable="true"/>')
    return "\n".join([*lines, "</View>"]) + "\n"


def shown_where() -> dict[str, list[str]]:
    """Value → the labels at which it can be given; a value is either chosen or written."""
    found: dict[str, list[str]] = {}
    for label, kind in KINDS.items():
        for name in kind.shown:
            found.setdefault(control(label, name), []).append(label)
    return found


def control(label: str, name: str) -> str:
    """What the control of a value is called; `unit` is chosen at one label, written at others."""
    return name if label != "RELATIVE-CHANGE" or name != "unit" else "change-unit"


def read(path: Path, labels: Mapping[str, str]) -> Iterator[Said]:
    """The annotated tasks of an export ("JSON"), and those that were left out, and why."""
    for line, task in tasks_in(path):
        yield said_by(task, f"{path}:{line}", labels)


def tasks_in(path: Path) -> Iterator[tuple[int, Any]]:
    """The elements of a JSON array, each with the line on which it begins."""
    text = path.read_text(encoding="utf-8-sig")
    decoder = json.JSONDecoder()

    def line(at: int) -> int:
        return text.count("\n", 0, at) + 1

    def past(at: int, signs: str) -> int:
        while at < len(text) and text[at] in signs:
            at += 1
        return at

    at = past(0, " \t\r\n")
    if text[at : at + 1] != "[":
        message = 'is no array of tasks; export from Label Studio as "JSON"'
        raise ExportFault(f"{path}:{line(at)}", message)
    at = past(at + 1, " \t\r\n")
    while text[at : at + 1] != "]":
        try:
            task, end = decoder.raw_decode(text, at)
        except json.JSONDecodeError as error:
            where = f"{path}:{error.lineno}"
            raise ExportFault(where, f"no JSON: {error.msg}; export it again") from error
        yield line(at), task
        at = past(end, " \t\r\n,")


def said_by(task: Any, where: str, labels: Mapping[str, str]) -> Said:
    """What one task says: the last annotation of it that was not cancelled."""
    data = task.get("data") if isinstance(task, dict) else None
    if not isinstance(data, dict) or not isinstance(data.get(TEXT), str):
        hint = 'export as "JSON" (not JSON-MIN) a project whose text is in data.text'
        raise ExportFault(where, f"has no data.text; {hint}")
    id = str(data.get("id") or task.get("id") or f"task-{where.rpartition(':')[2]}")
    given = task.get("annotations", task.get("completions"))
    if not isinstance(given, list):
        raise ExportFault(where, 'has no annotations; export as "JSON", not JSON-MIN')
    usable = [each for each in given if not each.get("was_cancelled") and not each.get("skipped")]
    if not usable:
        return Left(where, id, "skipped by the annotator" if given else "not annotated yet")
    chosen = max(usable, key=when_made)
    notes = []
    if len(usable) > 1:
        notes.append(f"has {len(usable)} annotations; the last one (or the ground truth) counts")
    marks, links, more = read_result(data[TEXT], chosen.get("result") or (), where, labels)
    sheet = Sheet(id, data[TEXT], marks, links, record_in(data.get("record"), where))
    return Done(where, sheet, (*notes, *more))


def when_made(annotation: Region) -> tuple[bool, str]:
    """The order of annotations: a ground truth counts more, then a later one."""
    made = annotation.get("updated_at") or annotation.get("created_at") or ""
    return bool(annotation.get("ground_truth")), str(made)


def read_result(
    text: str, result: Sequence[Region], where: str, labels: Mapping[str, str]
) -> tuple[tuple[Mark, ...], tuple[Link, ...], list[str]]:
    """Marks and links of an annotation, and what of it is neither."""
    marks: dict[str, Mark] = {}
    links: list[Link] = []
    values: dict[str, dict[str, str]] = {}
    notes: list[str] = []
    for region in result:
        kind, value = region.get("type"), region.get("value") or {}
        if kind == "relation":
            ends = ends_of(region)
            links += [Link(label, *ends) for label in region.get("labels") or ("",)]
        elif kind == "labels":
            start, end = placed(text, value, where)
            label = next(iter(value.get("labels") or ()), "")
            id = str(region.get("id"))
            marks[id] = Mark(id, labels.get(label, label), start, end, text[start:end])
        elif kind in ("choices", "textarea", "number") and "start" in value:
            said = value.get("choices") or value.get("text") if kind != "number" else [value[kind]]
            words = said if isinstance(said, list) else [said]
            values.setdefault(str(region.get("id")), {})[region["from_name"]] = str(words[-1])
        else:
            notes.append(f"{kind} {region.get('from_name')!r} belongs to no words: left out")
    given = {id: {value_name(k): v for k, v in said.items()} for id, said in values.items()}
    made = tuple(
        Mark(m.id, m.label, m.start, m.end, m.text, given.get(m.id, {})) for m in marks.values()
    )
    return made, tuple(links), notes


def value_name(name: str) -> str:
    """The value of a control."""
    return "unit" if name == "change-unit" else name


def ends_of(region: Region) -> tuple[str, str]:
    """The ids of head and child of a relation; `left` points back."""
    ends = str(region.get("from_id")), str(region.get("to_id"))
    return ends if region.get("direction") != "left" else (ends[1], ends[0])


def placed(text: str, value: Region, where: str) -> tuple[int, int]:
    """Where a region is, in code points, told by the words that it carries."""
    try:
        start, end = int(value["start"]), int(value["end"])
    except (KeyError, TypeError, ValueError) as error:
        raise ExportFault(where, "a region has no start and end in the text") from error
    words = value.get("text")
    for counted in (None, "utf-16", "lines"):
        stretch = recounted(text, start, end, counted)
        found = text[slice(*stretch)]
        if found and (words is None or " ".join(found.split()) == " ".join(words.split())):
            return stretch
    raise ExportFault(
        where,
        f"at {start}-{end} stands {text[start:end]!r}, the region says {words!r}; "
        "was the text of the task changed?",
    )


def recounted(text: str, start: int, end: int, counted: str | None) -> tuple[int, int]:
    """Offsets as code points, where they were counted otherwise."""
    if counted == "utf-16":
        raw = text.encode("utf-16-le")
        low, high = (raw[: 2 * at].decode("utf-16-le", "ignore") for at in (start, end))
        return len(low), len(high)
    if counted == "lines":
        kept = [at for at in range(len(text) + 1) if text[at - 1 : at + 1] != "\r\n"]
        return tuple(kept[min(at, len(kept) - 1)] for at in (start, end))  # type: ignore[return-value]  # two
    return start, end
