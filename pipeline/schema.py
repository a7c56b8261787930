"""The published JSON Schemas, made from the models."""

from __future__ import annotations

import json
from typing import Any

from pydantic import TypeAdapter

from pipeline.record import SCHEMA_ID, SCHEMA_VERSION, Record
from pipeline.rulefile import RuleFile

DIALECT = "https://json-schema.org/draft/2020-12/schema"
RULES_SCHEMA_ID = f"urn:tariffwire:schema:rules:{SCHEMA_VERSION}"


def record_schema() -> str:
    """The schema of a record's file, as text."""
    return _text(Record.model_json_schema(mode="serialization"), SCHEMA_ID, "tariffwire record")


def rules_schema() -> str:
    """The schema of a rule file, as text."""
    return _text(TypeAdapter(RuleFile).json_schema(), RULES_SCHEMA_ID, "tariffwire rule file")


SCHEMAS = {"record.schema.json": record_schema, "rules.schema.json": rules_schema}
"""File name in `schemas/` → what makes it."""


def _text(schema: dict[str, Any], address: str, title: str) -> str:
    head = {"$schema": DIALECT, "$id": address, "title": title, "version": SCHEMA_VERSION}
    return (
        json.dumps({**head, **{k: v for k, v in schema.items() if k != "title"}}, indent=2) + "\n"
    )
