"""Brings what a person changed on a sheet into the record that it was made from.

What was taken away goes with everything that refers to it, what was moved or relabelled changes in
its place, and what was added needs a link (or, for mentions, the same words) to say what it belongs
to. What cannot be brought in is told, never dropped in silence.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from pydantic import ValidationError

import pipeline
from pipeline.annotating.sheets import (
    ANCHOR,
    ARGUMENTS,
    CHAIN,
    DATE_LABELS,
    DATED,
    ENTITY_LABELS,
    KINDS,
    Item,
    Link,
    Mark,
    Sheet,
    anchor_label,
    anchor_marks,
    argument_marks,
    options,
    parts_of,
    places_of,
    sheet_of,
)
from pipeline.article import GroundingError, Source, check_grounding
from pipeline.record import (
    DanglingReferenceError,
    Receipt,
    Record,
    Software,
    check_references,
)
from pipeline.software import software_digest
from pipeline.stages.dates.timex import interval

BY_HAND = "gold/by-hand"
"""The rule of what a person added."""

PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s*(?:%|percent|per cent|pct)", re.IGNORECASE)
FAMILIES: tuple[tuple[str, ...], ...] = (
    ENTITY_LABELS,
    DATE_LABELS,
    ("IMPLEMENTER", "AFFECTED", "EXCLUDED"),
    ("REPORTER", "PARTNER"),
    ("RATE", "PREVIOUS-RATE"),
)
"""Labels that a person may exchange for each other."""

LIST_OF = {
    **dict.fromkeys(ENTITY_LABELS, "entities"),
    **dict.fromkeys(DATE_LABELS, "dates"),
    **{anchor_label(name): name for name in ("tariffs", "figures", "quotes")},
}
"""Label of a place of an item → its list."""


class CorrectionError(ValueError):
    """The corrected record does not hold; the message says why."""


@dataclass
class Corrected:
    """A record while it is corrected: plain data, and which marks stand for what in it."""

    sheet: Sheet
    fates: dict[str, Mark]
    """Id of a mark that we exported → the mark that it became; absent where it was taken away."""
    links: set[tuple[str, str, str]]
    content: dict[str, list[Item]]
    owners: dict[str, list[tuple[str, Item]]] = field(default_factory=dict)
    """Id of a mark of the sheet → the items that it is part of."""
    untold: list[str] = field(default_factory=list)


def corrected(sheet: Sheet) -> tuple[Record, list[str]]:
    """The record that a sheet says, and what of the sheet could not be brought in.

    Raises:
        CorrectionError: The sheet contradicts itself.
    """
    base = sheet.record or empty_record(sheet)
    original = sheet_of(base, sheet.text)
    known, unknown = told_apart(sheet.marks)
    fates, added = matched(original.marks, known)
    work = Corrected(
        sheet,
        fates,
        {(link.label, link.head, link.child) for link in sheet.links},
        base.model_dump(mode="json", by_alias=True),
    )
    work.untold += unknown
    gone = links_gone(original, work)
    for name in ANCHOR:
        items = [kept(work, name, item, gone) for item in work.content[name]]
        work.content[name] = [item for item in items if item is not None]
    add_all(work, added, alone=split_off(work, gone))
    relink(work, original, gone)
    drop_references(work.content)
    follow_dates(work.content, {date.id: date.value for date in base.dates})
    return checked(work), work.untold


def empty_record(sheet: Sheet) -> Record:
    """A record of an article that came without one."""
    text = sheet.text
    nobody = Software(name="by hand", version="", sha256="")
    program = Software(name="tariffwire", version=pipeline.__version__, sha256=software_digest())
    return Record(
        id=sheet.id,
        source=Source(sha256=sha256(text.encode()).hexdigest(), characters=len(text)),
        receipt=Receipt(software=program, model=nobody, rules={}, schema_sha256=""),
    )


def told_apart(marks: Sequence[Mark]) -> tuple[list[Mark], list[str]]:
    """Marks with a label of ours, and a sentence for each other label."""
    strange = Counter(mark.label for mark in marks if mark.label not in KINDS)
    said = [
        f"{count} marks are labelled {label!r}, which is no label of ours; "
        f"say what it means with --label '{label}=…' ({', '.join(KINDS)})"
        for label, count in strange.items()
    ]
    return [mark for mark in marks if mark.label in KINDS], said


# What became of the marks ---------------------------------------------------------------------


def matched(original: Sequence[Mark], marks: Sequence[Mark]) -> tuple[dict[str, Mark], list[Mark]]:
    """What each exported mark became, by id, place, label and overlap; and the marks added."""
    ours = {mark.id: mark for mark in original}
    fates = {
        mark.id: mark for mark in marks if mark.id in ours and exchangeable(ours[mark.id], mark)
    }
    strange = [mark for mark in marks if mark.id not in fates]
    by_place = {(mark.label, mark.start, mark.end): mark for mark in strange}
    for mark in original:
        same = by_place.get((mark.label, mark.start, mark.end))
        if mark.id not in fates and same is not None:
            fates[mark.id] = same
    for alike in (relabelled, moved):
        used = {mark.id for mark in fates.values()}
        free = [mark for mark in strange if mark.id not in used]
        for old in original:
            if old.id not in fates:
                new = next((mark for mark in free if alike(old, mark)), None)
                if new is not None:
                    fates[old.id] = new
                    free.remove(new)
    used = {mark.id for mark in fates.values()}
    return fates, [mark for mark in strange if mark.id not in used]


def exchangeable(old: Mark, new: Mark) -> bool:
    """Whether a mark has the label of another, or one that it may be exchanged for."""
    return new.label in next((f for f in FAMILIES if old.label in f), (old.label,))


def relabelled(old: Mark, new: Mark) -> bool:
    """Whether a mark is another in all but a label that it may be exchanged for."""
    return (old.start, old.end) == (new.start, new.end) and exchangeable(old, new)


def moved(old: Mark, new: Mark) -> bool:
    """Whether a mark is another with other ends."""
    return old.label == new.label and old.start < new.end and new.start < old.end


def links_gone(original: Sheet, work: Corrected) -> set[Link]:
    """Exported links whose two ends are there and which are not; none where none are shown."""
    if not work.links:
        return set()
    return {
        link
        for link in original.links
        if link.head in work.fates
        and link.child in work.fates
        and (link.label, work.fates[link.head].id, work.fates[link.child].id) not in work.links
    }


# Items that were there --------------------------------------------------------------------------


def kept(work: Corrected, name: str, item: Item, gone: set[Link]) -> Item | None:
    """An item as it was corrected; None where all its places were taken away."""
    cut = {link.child for link in gone}
    marks = list(anchor_marks(name, item))
    stay = [m for m in marks if m.id in work.fates and (m.id == marks[0].id or m.id not in cut)]
    if not stay:
        return None
    made = dict(item)
    places = dict(zip((m.id for m in marks), places_of(name, item), strict=True))
    new = [placed(work, places[m.id], m) for m in stay]
    if ANCHOR[name]:
        made[ANCHOR[name]] = new
    else:
        made |= {key: new[0][key] for key in ("start", "end", "text")}
    first = stay[0]
    if name != "entities":
        give_values(work, made, first, work.fates[first.id])
    keep_type(work, name, made, [work.fates[m.id] for m in stay])
    if name == "quotes" and new != list(places_of(name, item)):
        made["text"] = " … ".join(place["text"] for place in new)
    for mark in stay:
        work.owners.setdefault(work.fates[mark.id].id, []).append((name, made))
    keep_arguments(work, name, item, made, cut)
    return made


def placed(work: Corrected, place: Item, old: Mark) -> Item:
    """A place with the ends (and, a mention, the values) that its mark has now."""
    mark = work.fates[old.id]
    made = {**place, "start": mark.start, "end": mark.end, "text": mark.text}
    if "form" in place:
        give_values(work, made, old, mark)
    return made


def give_values(work: Corrected, item: Item, old: Mark, new: Mark) -> None:
    """Bring the values that a person gave into an item; one that it must have is not taken away."""
    kind = KINDS[new.label]
    for name in kind.shown:
        given = new.values.get(name)
        if given == old.values.get(name) or (given is None and not work.sheet.valued):
            continue
        if given is None and kind.model.model_fields[name].is_required():
            was = old.values[name]
            work.untold.append(f"{described(new)} lacks {name}; it stays {was!r}")
            continue
        try:
            item[name] = value_of(new.label, name, given)
        except CorrectionError as error:
            work.untold.append(f"{described(new)}: {error}")
            continue
        if name == "value" and new.label in DATE_LABELS:
            item |= calendar(given)


def value_of(label: str, name: str, given: str | None) -> Any:
    """A value as data; raises `CorrectionError` where it is none that the field can hold."""
    words = options(label, name)
    if given is None or not words:
        wants = str(KINDS[label].model.model_fields[name].annotation)
        try:
            return float(given) if given is not None and "float" in wants else given
        except ValueError as error:
            raise CorrectionError(f"{name} {given!r} is no number") from error
    if given not in words:
        raise CorrectionError(f"{name} {given!r} is none of {', '.join(words)}")
    return given


def calendar(value: str | None) -> Item:
    """What follows from a TIMEX3 value that a person gave."""
    days = interval(value) if value else None
    first, last = (day.isoformat() for day in days) if days else (None, None)
    return {"earliest": first, "latest": last, "anchor": None, "unresolved": None}


def keep_type(work: Corrected, name: str, item: Item, marks: Sequence[Mark]) -> None:
    """Give an item the label that most of its marks have; say which have another."""
    if name not in ("entities", "dates"):
        return
    counts = Counter(mark.label for mark in marks)
    best = max(counts, key=lambda label: (counts[label], label == item["type"]))
    item["type"] = best
    work.untold += [
        f"{described(mark)} is labelled {mark.label}, most mentions of {item['name']!r} {best}; "
        "give it no link 'same' if it is something else"
        for mark in marks
        if mark.label != best
    ]


def keep_arguments(work: Corrected, name: str, item: Item, made: Item, cut: set[str]) -> None:
    """Bring the corrected arguments of an item into what is made of it."""
    marks = {mark.id: mark for _, mark in argument_marks(name, item)}
    moving: list[tuple[Mark, Item]] = []
    for field_, label in ARGUMENTS[name].items():
        stay = []
        for n, part in enumerate(parts_of(item[field_])):
            old = marks.get(f"{name}.{item['id']}.{field_}.{n}")
            if old is None:  # it has no words, so nobody saw it
                stay.append(part)
            elif old.id in work.fates and old.id not in cut:
                new = work.fates[old.id]
                changed = argument(work, part, old)
                work.owners.setdefault(new.id, []).append((name, made))
                if new.label == label:
                    stay.append(changed)
                else:
                    moving.append((new, changed))
        made[field_] = stay if isinstance(item[field_], list) else next(iter(stay), None)
    for mark, part in moving:
        put(work, (name, made), mark, part)


def argument(work: Corrected, part: Item, old: Mark) -> Item:
    """An argument with the words and values that its mark has now."""
    new = work.fates[old.id]
    place = {"start": new.start, "end": new.end, "text": new.text}
    made = {**part, "span": place} if "span" in part else {**part, **place}
    give_values(work, made, old, new)
    if (old.start, old.end) != (new.start, new.end):
        if "name" in made and "hs" in made:  # goods are called as the text calls them
            made["name"] = " ".join(new.text.split())
        if "mentions" in made:  # further places of a rate were those of the old words
            made["mentions"] = [place]
    return made


def field_of(name: str, label: str) -> str:
    """The field of a list whose words have a label."""
    return next(field_ for field_, known in ARGUMENTS[name].items() if known == label)


def put(work: Corrected, owner: tuple[str, Item], mark: Mark, part: Any) -> None:
    """Put what a mark says into the field of its label; says where there is one already."""
    name, item = owner
    field_ = field_of(name, mark.label)
    if isinstance(item[field_], list):
        item[field_].append(part)
    elif item[field_] is None:
        item[field_] = part
    else:
        work.untold.append(f"{described(mark)} is a second {mark.label} of {item['id']}")


# What was added ---------------------------------------------------------------------------------


def split_off(work: Corrected, gone: set[Link]) -> list[Mark]:
    """Places that were cut off from their item: each begins one of its own, or joins another."""
    chains = set(CHAIN.values())
    return [work.fates[link.child] for link in gone if link.label in chains]


def add_all(work: Corrected, added: Sequence[Mark], *, alone: Sequence[Mark]) -> None:
    """Bring in the marks that a person added: whole items first, then what belongs to them.

    Those that are `alone` join nothing by their words.
    """
    order = sorted((*added, *alone), key=lambda mark: (mark.label not in LIST_OF, mark.start))
    for mark in order:
        with telling(work, mark):
            if mark.label in LIST_OF:
                add_place(work, LIST_OF[mark.label], mark, by_words=mark not in alone)
            else:
                add_argument(work, mark)


@contextmanager
def telling(work: Corrected, mark: Mark) -> Iterator[None]:
    """Tell what an added mark does not say, or says wrongly."""
    try:
        yield
    except ValidationError as error:
        wanted = ".".join(str(part) for part in error.errors()[0]["loc"])
        shown = ", ".join(KINDS[mark.label].shown)
        work.untold.append(
            f"{described(mark)} does not say {wanted} (a {mark.label} is given {shown})"
        )
    except CorrectionError as error:
        work.untold.append(f"{described(mark)}: {error}")


def add_place(work: Corrected, name: str, mark: Mark, *, by_words: bool) -> None:
    """A new place: of an item that it is linked with, or worded as (a mention), or of a new one."""
    place = {"start": mark.start, "end": mark.end, "text": mark.text}
    owner = linked(work, mark, name, CHAIN.get(name))
    if name == "entities":
        form = mark.values.get("form")
        place |= {"form": form or "name", "rule": BY_HAND}
        owner = owner or (worded_alike(work, mark) if by_words else None)
    if owner is None:
        owner = new_item(work, name, mark, place)
    else:
        spans = owner[ANCHOR[name]]
        spans.append(place)
        spans.sort(key=lambda span: (span["start"], span["end"]))
        if name == "quotes":
            owner["text"] = " … ".join(span["text"] for span in spans)
    work.owners.setdefault(mark.id, []).append((name, owner))


def linked(work: Corrected, mark: Mark, name: str, label: str | None) -> Item | None:
    """The item of a list to which a mark is linked by a label, either way round."""
    ends = [
        {head, child} - {mark.id}
        for said, head, child in sorted(work.links)
        if said == label and mark.id in (head, child)
    ]
    items = [
        item
        for other in ends
        for end in other
        for list_, item in work.owners.get(end, ())
        if list_ == name
    ]
    return items[0] if items else None


def worded_alike(work: Corrected, mark: Mark) -> Item | None:
    """The entity of the same type of which another mention has the same words."""
    words = " ".join(mark.text.split()).casefold()
    for item in work.content["entities"]:
        known = {" ".join(m["text"].split()).casefold() for m in item["mentions"]}
        if item["type"] == mark.label and words in known:
            return item
    return None


def new_item(work: Corrected, name: str, mark: Mark, place: Item) -> Item:
    """A new item with one place; raises `ValidationError` where the mark says too little."""
    values = given(mark)
    item: Item = {"id": next_id(work.content[name], name), "rule": BY_HAND, **values}
    if name == "entities":
        item = {
            "id": item["id"],
            "type": mark.label,
            "name": " ".join(mark.text.split()),
            "mentions": [place],
        }
    elif name == "dates":
        item |= {**place, "type": mark.label, **calendar(values.get("value"))}
    elif name == "figures":
        item |= place
    elif name == "quotes":
        item |= {"kind": values.get("kind", "indirect"), "text": mark.text, "spans": [place]}
    else:
        item |= {"evidence": [place]}
    model = Record.model_fields[name].annotation.__args__[0]  # type: ignore[union-attr]  # tuple[Model, ...]
    made: Item = model.model_validate(item).model_dump(mode="json")
    work.content[name].append(made)
    work.content[name].sort(key=lambda each: min(p["start"] for p in places_of(name, each)))
    return made


def given(mark: Mark) -> Item:
    """The values of a mark as data."""
    return {
        name: value_of(mark.label, name, value)
        for name, value in mark.values.items()
        if name in KINDS[mark.label].shown
    }


def next_id(items: Sequence[Item], name: str) -> str:
    """An id that no item of the list has."""
    prefix = {"entities": "e", "dates": "d", "tariffs": "t", "figures": "f", "quotes": "q"}[name]
    known = {item["id"] for item in items}
    n = len(items) + 1
    while f"{prefix}{n}" in known:
        n += 1
    return f"{prefix}{n}"


def add_argument(work: Corrected, mark: Mark) -> None:
    """Words that belong to an item: to the one they are linked to."""
    found = owners_by_link(work, mark)
    if len(found) != 1:
        said = "is linked to nothing it can belong to" if not found else "is linked to several"
        wanted = " or ".join(
            "a mention" if name == "entities" else anchor_label(name)
            for name, fields in ARGUMENTS.items()
            if mark.label in fields.values()
        )
        work.untold.append(f"{described(mark)} {said}; link it to one {wanted}")
        return
    put(work, found[0], mark, new_part(work, mark))
    work.owners.setdefault(mark.id, []).append(found[0])


def owners_by_link(work: Corrected, mark: Mark) -> list[tuple[str, Item]]:
    """The items that a mark is linked to and can belong to, each once."""
    found: dict[int, tuple[str, Item]] = {}
    for _, head, child in sorted(work.links):
        if mark.id in (head, child):
            other = head if child == mark.id else child
            for name, item in work.owners.get(other, ()):
                if mark.label in ARGUMENTS[name].values():
                    found[id(item)] = (name, item)
    return list(found.values())


def new_part(work: Corrected, mark: Mark) -> Item:
    """What added words say; raises `ValidationError` where they say too little."""
    span = {"start": mark.start, "end": mark.end, "text": mark.text}
    if mark.label in ("FIRM", "LEGAL-BASIS"):
        return span
    words = " ".join(mark.text.split())
    values = given(mark)
    part: Item = {**values, "span": span}
    match mark.label:
        case "IMPLEMENTER" | "AFFECTED" | "EXCLUDED" | "REPORTER" | "PARTNER":
            who = entity_at(work, mark)
            part |= {"entity": who and who["id"], "name": who["name"] if who else words}
            part |= {"basis": "stated", "code": values.get("code") or code_of(who)}
        case "LEVIED-GOODS" | "TRADED-GOODS":
            part |= {"name": words, "basis": "stated"}
        case "RATE" | "PREVIOUS-RATE":
            if "value" not in values and (percent := PERCENT.fullmatch(words)):
                part |= {"value": float(percent[1]), "unit": "percent"}
            part.setdefault("operator", "range" if "upper" in values else "=")
            part["mentions"] = [span]
        case "SPEAKER":
            who = entity_at(work, mark)
            part |= {"entity": who and who["id"], "basis": "stated"}
        case "CUE":
            part.setdefault("lemma", words.lower())
        case "ROLE":
            part.setdefault("title", words)
        case "VALUE-COVERED":
            part.setdefault("operator", "=")
    dumped: Item = KINDS[mark.label].model.model_validate(part).model_dump(mode="json")
    return dumped


def entity_at(work: Corrected, mark: Mark) -> Item | None:
    """The entity of which a mention stands at a mark, or within it."""
    inside = [
        ((m["start"], m["end"]) != (mark.start, mark.end), m["start"], n)
        for n, item in enumerate(work.content["entities"])
        for m in item["mentions"]
        if mark.start <= m["start"] and m["end"] <= mark.end and item["type"] != "GOODS"
    ]
    return work.content["entities"][min(inside)[-1]] if inside else None


def code_of(entity: Item | None) -> str | None:
    """The code of a country."""
    code: str | None = entity["identifiers"]["iso3"] if entity is not None else None
    return code


def described(mark: Mark) -> str:
    """A mark in words."""
    return f"{mark.label} {mark.text!r} at {mark.start}-{mark.end}"


# Links between what is there -------------------------------------------------------------------


def relink(work: Corrected, original: Sheet, gone: set[Link]) -> None:
    """Bring in links to dates, and links that a person drew between marks that we exported."""
    old = {
        (link.label, work.fates[link.head].id, work.fates[link.child].id)
        for link in original.links
        if link.head in work.fates and link.child in work.fates
    }
    old |= {(link.label, link.head, link.child) for link in original.links}
    for link in gone:
        for name, fields in DATED.items():
            if link.label in fields:
                for list_, item in work.owners.get(work.fates[link.head].id, ()):
                    if list_ == name:
                        item[link.label] = None
    marks = {mark.id: mark for mark in work.sheet.marks}
    for said, head, child in sorted(work.links - old):
        if head not in marks or child not in marks:
            work.untold.append(f"a link {said!r} has an end that is no mark")
        elif not bring_in(work, said, marks[head], marks[child]):
            work.untold.append(
                f"the link {said!r} from {described(marks[head])} to {described(marks[child])} "
                "means nothing here"
            )


def bring_in(work: Corrected, said: str, head: Mark, child: Mark) -> bool:
    """Bring one new link in; False where it says nothing that a record can hold."""
    for name, item in work.owners.get(head.id, ()):
        if said in DATED.get(name, ()):
            dates = [d for list_, d in work.owners.get(child.id, ()) if list_ == "dates"]
            if any(date["value"] is None for date in dates):
                return False
            for date in dates:
                value = {"value": date["value"], "date": date["id"], "basis": "stated"}
                item[said] = date["id"] if name == "figures" else value
            return bool(dates)
    owned = {id(item) for _, item in work.owners.get(head.id, ())}
    if any(id(item) in owned for _, item in work.owners.get(child.id, ())):
        return True  # it was added with its mark
    for name, item in work.owners.get(head.id, ()):
        if child.label in ARGUMENTS[name].values():
            with telling(work, child):
                put(work, (name, item), child, new_part(work, child))
                work.owners.setdefault(child.id, []).append((name, item))
            return True
    return said == CHAIN["entities"] and merged(work, head, child)


def merged(work: Corrected, head: Mark, child: Mark) -> bool:
    """Make one entity of two whose mentions were linked; False where they are no mentions."""
    one, other = (
        next((item for name, item in work.owners.get(mark.id, ()) if name == "entities"), None)
        for mark in (head, child)
    )
    if one is None or other is None:
        return False
    one["mentions"] = sorted(
        (*one["mentions"], *other["mentions"]), key=lambda m: (m["start"], m["end"])
    )
    one["roles"] += other["roles"]
    work.content["entities"] = [e for e in work.content["entities"] if e is not other]
    for party in parties_in(work.content):
        if party["entity"] == other["id"]:
            party["entity"] = one["id"]
    for entity in work.content["entities"]:
        for role in entity["roles"]:
            role["of"] = one["id"] if role["of"] == other["id"] else role["of"]
    for owned in work.owners.values():
        owned[:] = [(name, one if item is other else item) for name, item in owned]
    return True


def drop_references(content: dict[str, list[Item]]) -> None:
    """Empty every field that names an item which is gone."""
    known = {name: {item["id"] for item in content[name]} for name in ANCHOR}

    def there(name: str, id: str | None) -> str | None:
        return id if id in known[name] else None

    for entity in content["entities"]:
        for role in entity["roles"]:
            role["of"] = there("entities", role["of"])
    for date in content["dates"]:
        if date["anchor"] != "published":
            date["anchor"] = there("dates", date["anchor"])
    for party in parties_in(content):
        party["entity"] = there("entities", party["entity"])
    for measure in content["tariffs"]:
        for name in DATED["tariffs"]:
            if measure[name] is not None:
                measure[name]["date"] = there("dates", measure[name]["date"])
        for relation in measure["relations"]:
            relation["to"] = there("tariffs", relation["to"])
    for figure in content["figures"]:
        figure["period"] = there("dates", figure["period"])


def follow_dates(content: Mapping[str, list[Item]], before: Mapping[str, str | None]) -> None:
    """Give the dates of measures the values that their dates were corrected to."""
    values = {date["id"]: date["value"] for date in content["dates"]}
    for measure in content["tariffs"]:
        for name in DATED["tariffs"]:
            id = measure[name] and measure[name]["date"]
            if id in before and values[id] != before[id]:
                measure[name] = values[id] and {**measure[name], "value": values[id]}


def parties_in(content: Mapping[str, list[Item]]) -> Iterator[Item]:
    """Everything in a record that names an entity."""
    for measure in content["tariffs"]:
        for name in ("implementers", "affected", "excluded"):
            yield from measure[name]
    for figure in content["figures"]:
        yield from (side for side in (figure["reporter"], figure["partner"]) if side)
    for quote in content["quotes"]:
        if quote["speaker"] is not None:
            yield quote["speaker"]


def checked(work: Corrected) -> Record:
    """The record, held to its schema, its references and the text; raises `CorrectionError`."""
    try:
        record = Record.model_validate(work.content)
        check_references(record)
        check_grounding(work.sheet.text, record)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise CorrectionError(f"{place}: {first['msg']}") from error
    except (DanglingReferenceError, GroundingError) as error:
        raise CorrectionError(str(error)) from error
    return record
