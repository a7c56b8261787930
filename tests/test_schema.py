from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from pipeline.rulebook import OWN_RULES
from pipeline.schema import record_schema, rules_schema

OUTPUTS = Path(__file__).parents[1] / "outputs"


@pytest.mark.parametrize("path", sorted(OUTPUTS.glob("*.json")), ids=lambda p: p.stem)
def test_each_record_of_the_corpus_is_valid_by_the_published_schema(path: Path) -> None:
    jsonschema.validate(json.loads(path.read_text(encoding="utf-8")), json.loads(record_schema()))


def test_the_schema_refuses_a_record_with_an_unknown_field() -> None:
    path = next(iter(sorted(OUTPUTS.glob("*.json"))))
    record = json.loads(path.read_text(encoding="utf-8")) | {"surprise": 1}
    with pytest.raises(jsonschema.ValidationError, match="surprise"):
        jsonschema.validate(record, json.loads(record_schema()))


@pytest.mark.parametrize("path", sorted(OWN_RULES.glob("*.yaml")), ids=lambda p: p.stem)
def test_each_rule_file_has_only_the_sections_that_the_published_schema_names(path: Path) -> None:
    content = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506  # text only
    schema = json.loads(rules_schema())
    keys = {"note", "uses", "lexicons", "remove", "atoms", "rules"}
    assert set(content) <= keys
    assert set(schema["properties"]) == keys


def test_schemas_carry_dialect_address_and_version() -> None:
    for text in (record_schema(), rules_schema()):
        schema = json.loads(text)
        assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
        assert schema["$id"].startswith("urn:tariffwire:schema:")
        assert schema["version"] == "1.0.0"
        jsonschema.Draft202012Validator.check_schema(schema)
