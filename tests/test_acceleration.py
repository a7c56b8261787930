from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import spacy
from spacy.language import Language
from thinc.api import NumpyOps, Ops, get_current_ops, set_current_ops

from pipeline.acceleration import (
    DECIDING,
    MEMOISED,
    RULER,
    Blas,
    MemoisedRuler,
    accelerate,
    can_keep_lock,
    can_memoise,
    index_lemmas,
    keep_lock,
    memoise,
    use_openblas,
)
from pipeline.parsing import load_model

ANNOTATIONS: list[int | str] = [
    "POS",
    "TAG",
    "DEP",
    "LEMMA",
    "MORPH",
    "HEAD",
    "ENT_TYPE",
    "ENT_IOB",
    "SENT_START",
]
ARTICLES = sorted((Path(__file__).parent / "golden" / "articles").glob("*.txt"))
RARE = (
    "Ya ain't gonna let's go; y'all gotta c'mon.  There's 'em \t  doin' nothin', "
    "an' there are 'bout two."
)


@pytest.fixture(scope="module")
def texts() -> list[str]:
    return ["", " ", RARE, *(path.read_text(encoding="utf-8") for path in ARTICLES)]


def keep_locks(nlp: Language) -> None:
    for name in DECIDING:
        keep_lock(nlp, name)


def index(nlp: Language) -> None:
    index_lemmas(nlp.get_pipe("lemmatizer"))


@contextmanager
def multiplying_with(ops: Ops) -> Iterator[None]:
    before = get_current_ops()
    set_current_ops(ops)
    try:
        yield
    finally:
        set_current_ops(before)


@pytest.fixture(scope="module")
def expected(texts: list[str]) -> list[Any]:
    with multiplying_with(NumpyOps()):
        return [doc.to_array(ANNOTATIONS) for doc in load_model().pipe(texts)]


@pytest.mark.parametrize("means", [memoise, use_openblas, keep_locks, index])
def test_each_means_leaves_every_annotation_as_it_was(
    means: Callable[[Language], None], texts: list[str], expected: list[Any]
) -> None:
    with multiplying_with(NumpyOps()):
        faster = load_model()
        means(faster)
        got = [doc.to_array(ANNOTATIONS) for doc in faster.pipe(texts)]
    for text, before, after in zip(texts, expected, got, strict=True):
        assert np.array_equal(before, after), text[:60]


@pytest.mark.parametrize("blas", ["numpy", "blis"])
def test_what_multiplies_can_be_said_instead_of_probed(
    blas: Blas, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.acceleration.openblas_is_faster", lambda: blas == "blis")
    with multiplying_with(NumpyOps()):
        nlp = spacy.blank("en")
        layers = nlp.add_pipe("tok2vec").model.walk()  # type: ignore[attr-defined]
        accelerate(nlp, blas)
    assert {node.ops.use_blis for node in layers} == {blas == "blis"}


def test_the_rulers_place_is_taken_by_the_memo() -> None:
    nlp = load_model()
    assert can_memoise(nlp.get_pipe(RULER))
    memoise(nlp)
    assert RULER not in nlp.pipe_names
    assert MEMOISED in nlp.pipe_names


def test_a_ruler_that_looks_at_something_else_is_left_alone() -> None:
    nlp = spacy.blank("en")
    ruler = nlp.add_pipe(RULER)
    ruler.add(patterns=[[{"SHAPE": "Xxx"}]], attrs={"POS": "NOUN"})  # type: ignore[attr-defined]
    assert not can_memoise(ruler)


def test_what_decides_is_the_component_that_was_there() -> None:
    nlp = load_model()
    for name in DECIDING:
        assert can_keep_lock(nlp.get_pipe(name))
        keep_lock(nlp, name)
        assert name not in nlp.pipe_names
    assert nlp("Canada hit back on Tuesday.").ents[0].label_ == "GPE"


def test_a_word_that_no_pattern_names_is_like_any_other_to_the_memo() -> None:
    nlp = load_model()
    memo = MemoisedRuler(nlp.get_pipe(RULER), "memo")
    for word, name in (("zebra", ""), ("walrus", ""), ("the", "the"), ("there", "there")):
        assert memo.named[nlp.vocab.strings.add(word)] == (nlp.vocab.strings[name] if name else 0)


def test_a_component_that_weighs_several_ways_is_left_alone() -> None:
    assert not can_keep_lock(spacy.blank("en").add_pipe("beam_parser"))


def test_labels_that_somebody_has_set_before_stay() -> None:
    nlp = load_model()
    nlp.add_pipe("entity_ruler", before="ner").add_patterns(  # type: ignore[attr-defined]
        [{"label": "LEVY", "pattern": "tariffs"}]
    )
    keep_lock(nlp, "ner")
    doc = next(nlp.pipe(["Canada's tariffs bite."]))
    assert ("tariffs", "LEVY") in [(ent.text, ent.label_) for ent in doc.ents]
