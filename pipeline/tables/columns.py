"""Columns of the flat tables: where each value comes from, what type it has, what it means.

Types and meanings are read from the models, so a table says what the schema says.
"""

from __future__ import annotations

import re
import types
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, Union, get_args, get_origin

import pyarrow as pa
from pydantic import BaseModel

from pipeline.findings import Span

Row = dict[str, Any]
"""The parts that a row is made of, by name: `{"record": …, "tariff": …}`."""

Kind = Literal["text", "category", "number", "integer", "day"]
ARROW: dict[str, pa.DataType] = {
    "text": pa.string(),
    "category": pa.dictionary(pa.int32(), pa.string()),
    "number": pa.float64(),
    "integer": pa.int64(),
    "day": pa.date32(),
}
PLAIN: dict[type, Kind] = {str: "text", float: "number", int: "integer"}
SPAN_WORDS = {name: field.description for name, field in Span.model_fields.items()}
"""Start, end and text mean the same in everything that is a span, and are explained once."""
ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class Column:
    """One column: its name, kind, meaning, how a row gives its value, and its words if few."""

    name: str
    kind: Kind
    about: str
    value: Callable[[Row], Any]
    words: tuple[str, ...] = ()
    """Every value that a category can have, in the models' order."""

    @property
    def field(self) -> pa.Field:
        """The Arrow field, with the meaning as metadata."""
        return pa.field(self.name, ARROW[self.kind], metadata={"description": self.about})

    def array(self, values: list[Any]) -> pa.Array:
        """Values as an Arrow array; a category always carries all its words in the same order."""
        if self.kind != "category":
            return pa.array(values, ARROW[self.kind])
        place = {word: i for i, word in enumerate(self.words)}
        indices = pa.array([None if v is None else place[v] for v in values], pa.int32())
        return pa.DictionaryArray.from_arrays(indices, pa.array(self.words, pa.string()))


def stored(name: str, path: str, models: dict[str, type[BaseModel]]) -> Column:
    """A column that holds a field of a model as it stands.

    Args:
        name: Of the column.
        path: Where the value is: the part of the row, then its fields (`tariff.rate.unit`).
        models: The model of each part of the row.
    """
    part, *fields = path.split(".")
    kind, about, words = described(models[part], fields)
    return Column(name, kind, about, lambda row: reach(row[part], fields), words)


def made(name: str, kind: Kind, about: str, value: Callable[[Row], Any]) -> Column:
    """A column that is worked out from the models."""
    return Column(name, kind, about, value)


def reach(start: Any, fields: list[str]) -> Any:
    """The value at the end of a path, or null where a step of it is null."""
    value = start
    for field in fields:
        if value is None:
            return None
        value = getattr(value, field)
    return value


def described(model: type[BaseModel], fields: list[str]) -> tuple[Kind, str, tuple[str, ...]]:
    """Kind, meaning and words of the field at the end of a path.

    The meaning of the way to it comes first: "The level before. The level, in `unit`."
    """
    about: list[str] = []
    annotation: Any = model
    for field in fields:
        info = annotation.model_fields[field]
        words = info.description or SPAN_WORDS.get(field)
        if words and words not in about:
            about.append(" ".join(words.split()))
        annotation = without_null(info.annotation)
    if get_origin(annotation) is Literal:
        return "category", " ".join(about), get_args(annotation)
    return PLAIN[annotation], " ".join(about), ()


def without_null(annotation: Any) -> Any:
    """`X` for `X | None`, and for `Annotated[X, …]`."""
    while get_origin(annotation) in (Union, types.UnionType) or hasattr(annotation, "__metadata__"):
        if hasattr(annotation, "__metadata__"):
            annotation = annotation.__origin__
        else:
            annotation = next(a for a in get_args(annotation) if a is not type(None))
    return annotation


def day(value: str | None) -> date | None:
    """An ISO day, or null for what is none (`2025-Q3`, a day of the year 0)."""
    if value is None or not ISO_DAY.fullmatch(value):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:  # a day that no calendar has
        return None
