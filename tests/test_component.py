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


WORD_OF_A_LEVY = """lexicons:
  levy: [geldlevy]
  levy-lemma: [geldlevy]
"""


def test_processes_give_the_records_that_one_process_gives(nlp: Language) -> None:
    texts = [TEXT, "Kenya put a 10% duty on tea on Monday, officials said."]
    alone = [doc.user_data[KEY] for doc in nlp.pipe(texts)]
    docs = list(nlp.pipe(texts, n_process=2, batch_size=1))
    assert [doc.user_data[KEY] for doc in docs] == alone
    assert [(s.text, s.id_, s.label_) for s in docs[1].spans["tariffs"]] == [
        (e.text, t.id, t.rule) for t in alone[1].tariffs for e in t.evidence
    ]


def rates(record: Record) -> list[float | None]:
    return [measure.rate.value if measure.rate else None for measure in record.tariffs]


def test_a_pipeline_with_a_users_rules_is_written_and_read_back(tmp_path: Path) -> None:
    text = "Norland put a 15% geldlevy on Canadian cheese, and Canada kept its 10% tariff on steel."
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "tariffs.yaml").write_text(WORD_OF_A_LEVY, encoding="utf-8")
    ours = load_model()
    ours.add_pipe(KEY)
    assert rates(ours(text).user_data[KEY]) == [10]
    ours.remove_pipe(KEY)
    ours.add_pipe(KEY, config={"published": "2026-01-14", "rules": str(tmp_path / "mine")})
    record = ours(text).user_data[KEY]
    assert rates(record) == [15, 10]
    ours.to_disk(tmp_path / "pipeline")
    again = spacy.load(tmp_path / "pipeline")
    assert again.get_pipe_config(KEY)["rules"] == str(tmp_path / "mine")
    assert again(text).user_data[KEY] == record
