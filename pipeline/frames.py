"""Frames: which syntactic place of a cue word holds which argument, read off the parse.

A frame says in words what an analyst would say: `impose` has the implementer as its subject, the
levy as its object, and after *on* the goods or the party. The places hold for active and passive,
for relative clauses, participles, coordinations and nominalisations, so one frame serves for
"X imposed L on G", "L imposed by X on G", "G, on which X imposed L" and "X moved to impose L".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from pipeline.patterns import Hit, PatternError, Slot

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

SUBJECTS = frozenset({"nsubj", "csubj", "expl"})
PASSIVE_SUBJECTS = frozenset({"nsubjpass", "csubjpass"})
CLAUSES = frozenset({"ccomp", "xcomp"})
RELATIVE_WORDS = frozenset({"which", "that", "who", "whom"})
OUTSIDE_PHRASE = frozenset({"relcl", "acl", "advcl", "ccomp", "parataxis", "punct", "cc", "conj"})
"""Dependents that are not part of a noun phrase's own words when they follow its head."""


@dataclass(frozen=True, slots=True)
class Place:
    """One argument: where it stands, the slot it fills, which words may head it (None: any)."""

    where: str
    slot: str
    optional: bool = False
    heads: frozenset[str] | None = None


@dataclass(frozen=True)
class FramePattern:
    """A cue, given by lemmas and part of speech, with its places."""

    cues: tuple[str, ...]
    pos: str
    places: tuple[Place, ...]

    @cached_property
    def cue_words(self) -> Mapping[str, frozenset[str]]:
        """First lemma of each cue → the particles it needs ("roll back": roll → back)."""
        words: dict[str, set[str]] = {}
        for cue in self.cues:
            lemma, _, particle = cue.partition(" ")
            words.setdefault(lemma, set()).add(particle)
        return {lemma: frozenset(particles) for lemma, particles in words.items()}

    def find(self, text: str, doc: Doc | None) -> Iterator[Hit]:
        """Every cue whose required places are filled."""
        if doc is None:
            raise PatternError("a frame needs a parse")
        for token in doc:
            if token.lemma_.lower() in self.cue_words and (hit := self.at(token)):
                yield hit

    def at(self, cue: Token) -> Hit | None:
        """The frame read off at one cue token, or None where it does not hold."""
        particles = self.cue_words.get(cue.lemma_.lower())
        if particles is None or not fits(cue, self.pos) or not has_particle(cue, particles):
            return None
        slots = {"cue": Slot(cue.idx, cue.idx + len(cue), cue.i)}
        for place in self.places:
            filler = next(
                (
                    t
                    for t in fillers(cue, place.where)
                    if place.heads is None or t.lemma_.lower() in place.heads
                ),
                None,
            )
            if filler is not None:
                slots[place.slot] = phrase_slot(filler)
            elif not place.optional:
                return None
        return Hit(min(s.start for s in slots.values()), max(s.end for s in slots.values()), slots)


def fits(token: Token, pos: str) -> bool:
    """Whether a token has the part of speech of a frame; a noun may be tagged as a name."""
    return (
        token.pos_ == pos
        or (pos == "NOUN" and token.pos_ == "PROPN")
        or (pos == "VERB" and token.pos_ == "AUX" and token.dep_ not in ("aux", "auxpass"))
    )


def has_particle(cue: Token, particles: frozenset[str]) -> bool:
    """Whether one of the particles follows the cue ("" stands for none needed)."""
    return "" in particles or any(
        child.lower_ in particles and child.dep_ in ("prt", "prep", "advmod")
        for child in cue.rights
    )


def fillers(cue: Token, where: str) -> Iterator[Token]:
    """The head tokens that stand in a place of the cue, nearest reading first."""
    if where == "subject":
        yield from subjects(cue)
    elif where == "object":
        yield from objects(cue)
    elif where == "iobject":
        yield from (child for child in cue.children if child.dep_ == "dative")
    elif where == "clause":
        yield from (child for child in cue.children if child.dep_ in CLAUSES)
    elif where == "modifier":
        yield from (
            child for child in cue.lefts if child.dep_ in ("compound", "amod", "nmod", "poss")
        )
    else:
        yield from after_preposition(cue, where)


def is_passive(verb: Token) -> bool:
    """Whether a verb is passive, with or without its auxiliary ("tariffs imposed by …")."""
    return any(child.dep_ in ("auxpass", "nsubjpass", "agent") for child in verb.children) or (
        verb.tag_ == "VBN" and verb.dep_ == "acl"
    )


def antecedent(token: Token) -> Token:
    """What a relative word stands for: "which" in "tariffs, which …" gives *tariffs*."""
    if token.lower_ in RELATIVE_WORDS:
        for verb in token.ancestors:
            if verb.dep_ == "relcl":
                return verb.head
    return token


def subjects(cue: Token) -> Iterator[Token]:
    """Who acts: the subject of an active verb, the agent of a passive one, the owner of a noun."""
    if cue.pos_ in ("NOUN", "PROPN"):
        yield from (child for child in cue.children if child.dep_ == "poss")
        yield from after_preposition(cue, "by")
        return
    if is_passive(cue):
        yield from agents(cue)
        return
    own = [child for child in cue.children if child.dep_ in SUBJECTS]
    yield from (antecedent(child) for child in own)
    if own:
        return
    if cue.dep_ in ("conj", "xcomp", "advcl", "pcomp", "ccomp") and cue.head != cue:
        governor = cue.head
        while governor.pos_ not in ("VERB", "AUX") and governor.head != governor:
            if governor.dep_ == "poss":
                break
            governor = governor.head
        if governor != cue:
            yield from (objects(governor) if is_passive(governor) else subjects(governor))
    elif cue.dep_ == "acl" and cue.tag_ != "VBN":
        owner = [child for child in cue.head.children if child.dep_ == "poss"]
        yield from owner
        if not owner and cue.head.dep_ in ("dobj", "attr") and cue.tag_ == "VB":
            yield from subjects(cue.head.head)  # "has a plan to impose": who has the plan
        elif not owner:
            yield cue.head
    elif cue.dep_ == "relcl":
        yield cue.head


def agents(verb: Token) -> Iterator[Token]:
    """Who acts in a passive clause: after *by*, also where the parse hangs it on a neighbour."""
    own = list(after_preposition(verb, "by"))
    yield from own
    if not own:
        for token in verb.subtree:
            if token.i > verb.i and token.lower_ == "by" and clause_of(token) == verb:
                yield from (child for child in token.children if child.dep_ == "pobj")


def clause_of(token: Token) -> Token:
    """The verb whose clause a token stands in."""
    while token.head != token and token.pos_ not in ("VERB", "AUX"):
        token = token.head
    return token


def objects(cue: Token) -> Iterator[Token]:
    """What is acted on: the object of an active verb, the subject of a passive one, *of* a noun."""
    if cue.pos_ in ("NOUN", "PROPN"):
        yield from after_preposition(cue, "of")
        return
    if not is_passive(cue):
        own = [child for child in cue.children if child.dep_ in ("dobj", "attr", "oprd")]
        yield from (antecedent(child) for child in own)
        if not own and cue.dep_ == "relcl":
            yield cue.head
        return
    own = [child for child in cue.children if child.dep_ in PASSIVE_SUBJECTS]
    yield from (antecedent(child) for child in own)
    yield from (child for child in cue.children if child.dep_ in ("dobj", "oprd"))
    if own:
        return
    if cue.dep_ == "acl":
        yield cue.head
    elif cue.dep_ == "conj" and cue.head != cue:
        yield from objects(cue.head)
    elif cue.dep_ == "xcomp":
        yield from subjects(cue.head)


def after_preposition(cue: Token, word: str) -> Iterator[Token]:
    """Objects of a preposition of the cue, or of the cue's object ("a tariff on steel")."""
    hosts = [cue]
    if cue.pos_ in ("VERB", "AUX"):
        hosts += [t for t in objects(cue) if t.i < cue.i or t.head == cue]
    for host in hosts:
        for prep in host.children:
            if prep.lower_ == word and prep.dep_ in ("prep", "agent", "dative", "prt", "mark"):
                yield from (t for t in prep.children if t.dep_ in ("pobj", "pcomp"))


def phrase_slot(head: Token) -> Slot:
    """The noun phrase of a head: its words without relative clauses, conjuncts and punctuation."""
    start = min(
        (t.left_edge.i for t in head.lefts if t.dep_ not in ("punct", "relcl")), default=head.i
    )
    end = head.i
    for child in head.rights:
        if child.dep_ in OUTSIDE_PHRASE or child.dep_ == "appos":
            break
        end = child.right_edge.i
    doc = head.doc
    last = doc[end]
    return Slot(doc[start].idx, last.idx + len(last), head.i)


def conjuncts(head: Token) -> Sequence[Token]:
    """A head and what is coordinated with it: "steel, copper and aluminium"."""
    found = [head]
    for token in found:
        found += [child for child in token.rights if child.dep_ == "conj"]
    return found
