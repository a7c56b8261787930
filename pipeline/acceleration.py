"""Makes the language model's pass cheaper without changing a single annotation.

Four things cost more than they must: matrix products, where BLIS does not know the processor; the
attribute ruler, which matches 180 patterns at each token although all but eight of them look at
four attributes of one token only; the lemmatizer, which seeks new words in long lists; and the
parser and the entity recogniser, which give up Python's lock before they decide, and then take it
back some hundred times a token only to ask whether an error was raised.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from time import perf_counter
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, cast

import numpy as np
from spacy.attrs import (  # type: ignore[import-not-found]  # compiled, without a stub
    DEP,
    IS_SPACE,
    LEMMA,
    LOWER,
    MORPH,
    POS,
    TAG,
)
from spacy.lang.en.lemmatizer import EnglishLemmatizer
from spacy.language import Language
from spacy.matcher import Matcher
from spacy.pipeline import AttributeRuler, DependencyParser, EntityRecognizer
from thinc.api import NumpyOps, get_current_ops, set_current_ops

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span

Blas = Literal["auto", "numpy", "blis"]
"""What multiplies matrices: NumPy's BLAS, spaCy's own BLIS, or whichever a probe finds faster."""

RULER = "attribute_ruler"
MEMOISED = "tariffwire_attribute_ruler"

DECIDING = {"parser": "DEP", "ner": "ENT_TYPE"}
"""Components that decide token by token → what they must find unset."""

LOCKED = "tariffwire_{}"
"""What stands in the place of such a component."""

READ = [TAG, LOWER, DEP, IS_SPACE]
"""What the single-token patterns of the English models look at."""

OTHERS = {LEMMA: "lemma", TAG: "tag", DEP: "dep"}
"""What a few patterns set beside part of speech and morphology."""

READABLE = {"TAG", "LOWER", "DEP", "IS_SPACE"}


class Outcome(NamedTuple):
    """What the patterns that match a token set on it."""

    pos: int
    morph: int
    others: tuple[tuple[str, int], ...]


LEMMATIZER = "lemmatizer"
LEMMA_INDEX = "lemma_index"
"""The lemmatizer's table of known words: lists in the English models, searched word by word."""

PROBE_SHAPE = (512, 384, 192)
"""Rows, inner and outer width of a matrix product as the model's layers have them."""


def accelerate(nlp: Language, blas: Blas = "auto") -> None:
    """Let a loaded pipeline run faster, with the annotations it had before."""
    if blas == "numpy" or (blas == "auto" and openblas_is_faster()):
        use_openblas(nlp)
    if RULER in nlp.pipe_names and can_memoise(nlp.get_pipe(RULER)):
        memoise(nlp)
    if LEMMATIZER in nlp.pipe_names:
        index_lemmas(nlp.get_pipe(LEMMATIZER))
    for name in DECIDING:
        if name in nlp.pipe_names and can_keep_lock(nlp.get_pipe(name)):
            keep_lock(nlp, name)


# Matrix products ----------------------------------------------------------------------------------


def openblas_is_faster() -> bool:
    """Whether NumPy's BLAS multiplies faster than BLIS here (a probe of some milliseconds)."""
    if not isinstance(get_current_ops(), NumpyOps):  # a GPU, or Apple's own
        return False
    rows, inner, outer = PROBE_SHAPE
    left = np.ones((rows, inner), dtype="f")
    right = np.ones((inner, outer), dtype="f")

    def seconds(ops: NumpyOps) -> float:
        best = float("inf")
        for _ in range(5):
            started = perf_counter()
            ops.gemm(left, right)
            best = min(best, perf_counter() - started)
        return best

    return seconds(NumpyOps(use_blis=False)) < seconds(NumpyOps())


def use_openblas(nlp: Language) -> None:
    """Let every layer of every component multiply with NumPy's BLAS."""
    ops = NumpyOps(use_blis=False)
    set_current_ops(ops)
    for _, component in nlp.pipeline:
        model = getattr(component, "model", None)
        if model is not None:
            for node in model.walk():
                node.ops = ops


# The attribute ruler ------------------------------------------------------------------------------


def can_memoise(ruler: Any) -> bool:
    """Whether the single-token patterns look only at what the memo is keyed on."""
    if not isinstance(ruler, AttributeRuler):
        return False
    entries: list[dict[str, Any]] = list(ruler.patterns)
    patterns = [pattern for entry in entries for pattern in entry["patterns"]]
    return all(set(pattern[0]) <= READABLE for pattern in patterns if len(pattern) == 1)


def memoise(nlp: Language) -> None:
    """Put a memoised ruler into the place of the pipeline's own, which stays switched off."""
    if not Language.has_factory(MEMOISED):
        Language.factory(MEMOISED, func=_make)
    nlp.add_pipe(MEMOISED, after=RULER, config={"ruler": RULER})
    nlp.disable_pipe(RULER)


def _make(nlp: Language, name: str, ruler: str) -> MemoisedRuler:
    return MemoisedRuler(nlp.get_pipe(ruler), name)


class Named(dict[int, int]):
    """Lower-case word → itself where single-token patterns name it, else 0: for them all others are
    alike, so that few new words are new to the memo.
    """

    def __init__(self, ruler: Any) -> None:
        super().__init__()
        self.strings = ruler.vocab.strings
        self.words: set[str] = set()
        self.expressions: list[re.Pattern[str]] = []
        for entry in ruler.patterns:
            for pattern in entry["patterns"]:
                if len(pattern) == 1 and "LOWER" in pattern[0]:
                    self._note(pattern[0]["LOWER"])

    def _note(self, said: str | dict[str, Any]) -> None:
        asked: dict[str, Any] = {"IN": [said]} if isinstance(said, str) else said
        for operator, value in asked.items():
            if operator in ("IN", "NOT_IN"):
                self.words.update(value)
            else:  # another operator than REGEX may look at any word
                self.expressions.append(re.compile(value if operator == "REGEX" else ""))

    def __missing__(self, lower: int) -> int:
        word = self.strings[lower]
        is_named = word in self.words or any(each.search(word) for each in self.expressions)
        self[lower] = lower if is_named else 0
        return self[lower]


class MemoisedRuler:
    """An attribute ruler that matches its single-token patterns once for each kind of token."""

    def __init__(self, ruler: Any, name: str) -> None:
        self.name = name
        self.ruler = ruler
        self.single = Matcher(ruler.vocab)
        self.longer = Matcher(ruler.vocab)
        for number, entry in enumerate(ruler.patterns):
            for pattern in entry["patterns"]:
                matcher = self.single if len(pattern) == 1 else self.longer
                matcher.add(str(number), [pattern])
        self.named = Named(ruler)
        self.memo: dict[tuple[int, ...], tuple[int, ...]] = {}
        self.known: dict[tuple[int, ...], Outcome] = {}
        self.outcomes: dict[tuple[int, ...], Outcome] = {}

    def __call__(self, doc: Doc) -> Doc:
        """Set on each token what the patterns that match it say, later patterns over earlier."""
        named = self.named
        keys = [
            (tag, named[lower], dep, is_space)
            for tag, lower, dep, is_space in doc.to_array(READ).tolist()
        ]
        for token, key in enumerate(keys):
            if key not in self.known:
                self._learn(key, doc[token : token + 1])
        outcomes = [self.known[key] for key in keys]
        longer: dict[int, tuple[int, ...]] = {}
        for number, start, _ in self._matches(self.longer, doc):
            token = start + self.ruler.indices[number]
            longer[token] = (*longer.get(token, self.memo[keys[token]]), number)
        for token, numbers in longer.items():
            outcomes[token] = self._outcome(tuple(sorted(numbers)))
        values = doc.to_array([POS, MORPH])
        values[:, 0] = [outcome.pos for outcome in outcomes]
        values[:, 1] = [outcome.morph for outcome in outcomes]
        for token, outcome in enumerate(outcomes):
            for name, value in outcome.others:
                setattr(doc[token], name, value)
        doc.from_array([POS, MORPH], cast("Any", values))  # the stub knows lists of integers only
        return doc

    def _matches(self, matcher: Matcher, words: Doc | Span) -> Iterator[tuple[int, int, int]]:
        for key, start, end in matcher(words, allow_missing=True):
            yield int(words.vocab.strings[key]), start, end

    def _learn(self, key: tuple[int, ...], token: Span) -> None:
        self.memo[key] = tuple(sorted({number for number, *_ in self._matches(self.single, token)}))
        self.known[key] = self._outcome(self.memo[key])

    def _outcome(self, numbers: tuple[int, ...]) -> Outcome:
        if numbers not in self.outcomes:
            attributes: dict[int, int] = {}
            for number in numbers:
                attributes.update(self.ruler.attrs[number])
            others = ((name, attributes[key]) for key, name in OTHERS.items() if key in attributes)
            self.outcomes[numbers] = Outcome(
                attributes.get(POS, 0), attributes.get(MORPH, 0), tuple(others)
            )
        return self.outcomes[numbers]


# The lemmatizer -----------------------------------------------------------------------------------


def index_lemmas(lemmatizer: Any) -> None:
    """Let a lemmatizer's lists of known words be sets: it only asks whether a word is in them."""
    if type(lemmatizer) is not EnglishLemmatizer or not lemmatizer.lookups.has_table(LEMMA_INDEX):
        return
    table = lemmatizer.lookups.get_table(LEMMA_INDEX)
    for part_of_speech, words in list(table.items()):
        table[part_of_speech] = frozenset(words)


# The parser and the entity recogniser -------------------------------------------------------------


def can_keep_lock(component: Any) -> bool:
    """Whether a component decides greedily, by spaCy's own code, on the processor."""
    return (
        type(component) in (DependencyParser, EntityRecognizer)
        and component.cfg["beam_width"] == 1
        and isinstance(component.model.ops, NumpyOps)
        and component.model.attrs["has_upper"]
        and component.model.get_ref("upper").name == "linear"
        and not component.model.attrs["unseen_classes"]
    )


def keep_lock(nlp: Language, name: str) -> None:
    """Put one that keeps Python's lock into the place of a component, which stays switched off."""
    factory = LOCKED.format(name)
    if not Language.has_factory(factory):
        Language.factory(factory, func=_make_locked)
    nlp.add_pipe(factory, after=name, config={"component": name})
    nlp.disable_pipe(name)


def _make_locked(nlp: Language, name: str, component: str) -> Locked:
    return Locked(nlp.get_pipe(component), name, DECIDING[component])


class Locked:
    """A parser or entity recogniser whose steps are taken from Python, with its lock held.

    What decides, and on what, is the component's own: its `ParserStepModel` scores the next step of
    all docs of a batch at once, and `transition_states` takes it (after spaCy's `beam_parse`, which
    does so with the lock). Only the last layer, a product and a sum, is written out: through the
    model it takes longer to call than to do, and there are two or three steps a word.
    """

    def __init__(self, component: Any, name: str, unset: str) -> None:
        self.name = name
        self.component = component
        self.unset = unset

    def __call__(self, doc: Doc) -> Doc:
        """Annotate one doc."""
        return next(self.pipe([doc]))

    def pipe(self, docs: Iterable[Doc], *, batch_size: int = 32) -> Iterator[Doc]:
        """Annotate docs, some at a time."""
        coming = iter(docs)
        while batch := list(islice(coming, batch_size)):
            self.component.set_annotations(batch, self._states(batch))
            yield from batch

    def _states(self, docs: list[Doc]) -> list[Any]:
        """What was decided on each doc.

        Where somebody has set a label before, it may be one that the component has yet to learn:
        that is left to the component itself.
        """
        if not any(map(len, docs)) or any(doc.has_annotation(self.unset) for doc in docs if doc):
            return list(self.component.predict(docs))
        states: list[Any] = self.component.moves.init_batch(docs)
        steps = self.component.model.predict(docs)
        ops, weights = steps.vec2scores.ops, steps.vec2scores.get_param("W")
        bias = steps.vec2scores.get_param("b")
        going = [state for state in states if not state.is_final()]
        while going:
            scores = ops.gemm(
                steps.state2vec.predict(steps.get_token_ids(going)), weights, trans2=True
            )
            scores += bias
            going = self.component.transition_states(going, scores)
        steps.clear_memory()
        return states
