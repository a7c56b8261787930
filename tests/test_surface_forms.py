"""Countries, goods and headlines as news writes them, held to what a person wrote down by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from pipeline.article import Article, Source
from pipeline.findings import Entity
from pipeline.parsing import load_parser
from pipeline.rulebook import load_rulebook
from pipeline.rulefile import unmarked
from pipeline.stage import run
from pipeline.stages.entities import Entities

GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture(scope="module")
def stage() -> Entities:
    return Entities(load_rulebook("entities"))


def found(stage: Entities, text: str) -> tuple[Entity, ...]:
    source = Source(sha256="", characters=len(text))
    return run([stage], load_parser()(Article(id="a", text=text, source=source))).of(Entity)


def golden(name: str) -> Any:
    return YAML(typ="base").load(GOLDEN / f"{name}.yaml")


def test_all_but_two_country_forms_get_their_code_and_none_a_wrong_one(stage: Entities) -> None:
    missed, wrong = [], []
    for group in golden("countries").values():
        for form, code in group["forms"].items():
            said = group["sentence"].format(form)
            codes = {e.identifiers.iso3 for e in found(stage, said)} - {None}
            if codes - {code}:
                wrong.append((form, codes))
            elif code != "none" and codes != {code}:
                missed.append(form)
    assert wrong == []
    assert len(missed) <= 2, missed


@pytest.mark.parametrize(
    ("part", "share"), [("seen", 0.95), ("unseen", 0.95), ("fresh", 0.95), ("latest", 0.9)]
)
def test_goods_get_the_heading_a_customs_officer_would_open(
    stage: Entities, part: str, share: float
) -> None:
    wanted = golden("goods")[part]
    missed = {}
    for words, code in wanted.items():
        said = f"Ottawa put a 25% tariff on imports of {words} from Vietnam."
        goods = [e for e in found(stage, said) if e.type == "GOODS"]
        codes = [hs for e in goods for hs in e.identifiers.hs]
        if not any(hs.startswith(code) or code.startswith(hs) for hs in codes):
            missed[words] = codes
    assert len(missed) <= (1 - share) * len(wanted), missed


def test_title_case_headlines_yield_no_made_up_names(stage: Entities) -> None:
    right, made_up, missed = 0, [], []
    for marked in golden("headlines")["headlines"]:
        text, marks = unmarked(marked)
        spans = {
            (m.start, m.end) for e in found(stage, text) if e.type != "GOODS" for m in e.mentions
        }
        right += len(spans & set(marks))
        made_up += [text[start:end] for start, end in spans - set(marks)]
        missed += [text[start:end] for start, end in set(marks) - spans]
    assert right / (right + len(made_up)) >= 0.97, made_up
    assert right / (right + len(missed)) >= 0.90, missed
