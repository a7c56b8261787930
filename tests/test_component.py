from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc, DocBin

from pipeline.component import KEY, make
from pipeline.parsing import load_model
from pipeline.record import Record

TEXT = "OTTAWA - Canada imposed a 25% tariff on Chinese steel on Tuesday, officials said."


@pytest.fixture(scope="module")
def nlp() -> Language:
    loaded = load_model()
    loaded.add_pipe("tariffwire", config={"published": "2026-01-14"})
    return loaded


def test_a_spacy_pipeline_gets_the_record_and_the_spans(nlp: Language) -> None:
    doc = nlp(TEXT)
    record = doc.user_data["tariffwire"]
    assert isinstance(record, Record)
    assert [d.value for d in record.dates] == ["2026-01-13"]
    (tuesday,) = doc.spans["dates"]
    assert (tuesday.text, tuesday.id_) == ("Tuesday", record.dates[0].id)
    assert tuesday.label_ == record.dates[0].rule
    assert {span.id_ for span in doc.spans["tariffs"]} == {t.id for t in record.tariffs}


def test_the_record_outlives_the_packing_of_its_doc(nlp: Language) -> None:
    doc = nlp(TEXT)
    again = Doc(nlp.vocab).from_bytes(doc.to_bytes())
    assert again.user_data["tariffwire"] == doc.user_data["tariffwire"]
    stored = DocBin(store_user_data=True, docs=[doc]).to_bytes()
    (loaded,) = DocBin().from_bytes(stored).get_docs(nlp.vocab)
    assert loaded.user_data["tariffwire"] == doc.user_data["tariffwire"]


def test_spacy_finds_the_component_by_its_entry_point() -> None:
    project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text("utf-8"))
    entry = project["project"]["entry-points"]["spacy_factories"][KEY]
    assert entry == f"{make.__module__}:{make.__name__}"


def test_a_pipeline_without_a_parser_is_told_what_is_missing() -> None:
    with pytest.raises(ValueError, match="needs tagger, parser, ner before it"):
        spacy.blank("en").add_pipe("tariffwire")
