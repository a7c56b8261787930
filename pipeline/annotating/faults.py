"""What can be wrong with an export of an annotation tool, and what of it is left out."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import ValidationError

from pipeline.annotating.sheets import Sheet
from pipeline.record import Record


class ExportFault(ValueError):
    """An export cannot be read; the message says where, what is wrong and what to do."""

    def __init__(self, where: str, message: str) -> None:
        super().__init__(f"{where}: {message}")


@dataclass(frozen=True)
class Left:
    """A task that makes no gold, and why."""

    where: str
    id: str
    why: str


@dataclass(frozen=True)
class Done:
    """A task that a person finished."""

    where: str
    sheet: Sheet
    notes: tuple[str, ...] = ()
    """What it holds that a sheet cannot say."""


Said = Left | Done


def record_in(carried: object, where: str) -> Record | None:
    """The record that went along with a task, if one did."""
    if not carried:
        return None
    if not isinstance(carried, str):
        raise ExportFault(where, "its record is no text; export it from tariffwire again")
    try:
        return Record.model_validate_json(carried)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise ExportFault(where, f"its record does not hold: {place}: {first['msg']}") from error
