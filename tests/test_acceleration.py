from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import spacy
from thinc.api import NumpyOps, get_current_ops, set_current_ops

from pipeline.acceleration import MEMOISED, RULER, can_memoise, memoise, use_openblas
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
    return [RARE, *(path.read_text(encoding="utf-8") for path in ARTICLES)]


@pytest.mark.parametrize("means", [memoise, use_openblas])
def test_each_means_leaves_every_annotation_as_it_was(means: object, texts: list[str]) -> None:
    ops = get_current_ops()
    try:
        set_current_ops(NumpyOps())
        expected = [doc.to_array(ANNOTATIONS) for doc in load_model().pipe(texts)]
        faster = load_model()
        assert callable(means)
        means(faster)
        got = [doc.to_array(ANNOTATIONS) for doc in faster.pipe(texts)]
    finally:
        set_current_ops(ops)
    for text, before, after in zip(texts, expected, got, strict=True):
        assert np.array_equal(before, after), text[:60]


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
