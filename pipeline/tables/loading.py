"""Reads a folder of records back, one record at a time, and as flat tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, overload

from pydantic import ValidationError

from pipeline.record import SCHEMA_VERSION, Record
from pipeline.tables.places import Entry, place_of, unopened

if TYPE_CHECKING:
    from pipeline.tables.frames import Frame


class RecordFault(ValueError):
    """A file of the folder that is no record of this version."""

    def __init__(self, path: Path, message: str) -> None:
        self.path = path
        self.message = message
        super().__init__(f"{path}: {message}")


def raise_fault(fault: RecordFault) -> None:
    """What happens at a faulty file when nobody says otherwise."""
    raise fault


class Records(Sequence[Record]):
    """The records of a folder, by file name or by part and row, each read when it is asked for.

    `records.tariffs`, `records.quotes` and the other tables are read the same way: a folder of
    100,000 articles is never held in memory unless you ask for the whole table.
    """

    def __init__(self, folder: Path, on_fault: Callable[[RecordFault], None]) -> None:
        self.folder = folder
        self.place = place_of(folder)
        self._on_fault = on_fault

    def __len__(self) -> int:
        """How many there are, faulty ones among them."""
        return len(self.place)

    def __iter__(self) -> Iterator[Record]:
        for entry in self.place.entries():
            try:
                record = record_of_entry(entry)
            except RecordFault as fault:
                self._on_fault(fault)
            else:
                yield record

    @overload
    def __getitem__(self, index: int) -> Record: ...
    @overload
    def __getitem__(self, index: slice) -> list[Record]: ...
    def __getitem__(self, index: int | slice) -> Record | list[Record]:
        wanted = range(len(self))[index]
        if isinstance(wanted, int):
            return record_of_entry(next(self.place.entries(wanted)))
        if not wanted:
            return []
        first = min(wanted[0], wanted[-1])
        entries = list(islice(self.place.entries(first), abs(wanted[-1] - wanted[0]) + 1))
        return [record_of_entry(entries[each - first]) for each in wanted]

    def __repr__(self) -> str:
        return f"<{len(self)} records in {self.folder}>"

    def frame(self, name: str) -> Frame:
        """One flat table by its name; needs `tariffwire[tables]`."""
        from pipeline.tables.frames import Frame
        from pipeline.tables.layouts import LAYOUTS

        return Frame(LAYOUTS[name], self)

    @property
    def articles(self) -> Frame:
        """A row for each article."""
        return self.frame("articles")

    @property
    def entities(self) -> Frame:
        """A row for each entity of an article."""
        return self.frame("entities")

    @property
    def mentions(self) -> Frame:
        """A row for each place that speaks of an entity."""
        return self.frame("mentions")

    @property
    def tariffs(self) -> Frame:
        """A row for each tariff measure."""
        return self.frame("tariffs")

    @property
    def tariff_parties(self) -> Frame:
        """A row for each party of a measure."""
        return self.frame("tariff_parties")

    @property
    def tariff_goods(self) -> Frame:
        """A row for each of the goods of a measure."""
        return self.frame("tariff_goods")

    @property
    def figures(self) -> Frame:
        """A row for each trade figure."""
        return self.frame("figures")

    @property
    def dates(self) -> Frame:
        """A row for each date."""
        return self.frame("dates")

    @property
    def quotes(self) -> Frame:
        """A row for each quotation."""
        return self.frame("quotes")

    @property
    def evidence(self) -> Frame:
        """A row for each span that proves a value of a measure, figure, quote or role."""
        return self.frame("evidence")


def load(folder: str | Path, *, on_fault: Callable[[RecordFault], None] = raise_fault) -> Records:
    """The records that `tariffwire run` wrote to a folder.

    Args:
        folder: Holds `<id>.json` for each article, or what a run on a cluster wrote: `parquet/` and
            `jsonl/` with its parts, or one of these folders itself.
        on_fault: Is told of each file that is no record of this version, which is then left out.
            Without it the first such file raises `RecordFault`, when it is reached.

    Raises:
        NotADirectoryError: there is no such folder.
    """
    path = Path(folder)
    if not path.is_dir():
        raise NotADirectoryError(f"{path} is no folder of records")
    return Records(path, on_fault)


def read_record(path: Path) -> Record:
    """The record in a file; raises `RecordFault` where it holds none."""
    try:
        content = path.read_bytes()
    except OSError as error:
        return record_of_entry(unopened(path, error))
    return record_of_entry(Entry(path, content=content))


def record_of_entry(entry: Entry) -> Record:
    """The record that lies somewhere; raises `RecordFault` where it is none."""
    if entry.fault is not None:
        raise RecordFault(entry.path, entry.fault)
    try:
        return Record.model_validate_json(entry.content)
    except ValidationError as error:
        where = "" if entry.row is None else f"row {entry.row} "
        raise RecordFault(entry.path, where + explain(error)) from error


def explain(error: ValidationError) -> str:
    """Why a file is no record, in one line: its version before what follows from it."""
    faults = error.errors(include_url=False)
    for fault in faults:
        if fault["loc"] == ("schema_version",) and fault["type"] == "literal_error":
            return (
                f"has schema version {fault['input']}, this program reads {SCHEMA_VERSION}; "
                "run its article again"
            )
    fault = faults[0]
    place = ".".join(str(part) for part in fault["loc"])
    return f"is no record: {place + ': ' if place else ''}{fault['msg']}"
