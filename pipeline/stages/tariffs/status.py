"""Status: whether a measure stands, by tense, modality, negation, condition and cue words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.findings import Action, Status
from pipeline.stages.tariffs.acts import Act, climb
from pipeline.stages.tariffs.vocabulary import Vocabulary

if TYPE_CHECKING:
    from spacy.tokens import Token

FUTURE = frozenset({"will", "'ll", "’ll", "shall"})
OPEN = frozenset({"may", "might", "could", "can", "should", "would", "'d", "’d"})


@dataclass(frozen=True, slots=True)
class Clause:
    """What surrounds an act: its levy or rate, and when the measure starts against the article."""

    anchor: Token
    act: Act | None
    starts_later: bool | None = None
    """True if the start lies after publication, False if not after, None if unstated."""
    text: str = ""
    """The words of the clause."""


def status_of(clause: Clause, vocabulary: Vocabulary) -> Status:
    """The first status of the guideline's order that the clause asserts."""
    act = clause.act
    cue = act.cue if act is not None else None
    action: Action = act.action if act is not None else "keep"
    around = Around.of(cue if cue is not None else clause.anchor, clause.anchor, vocabulary)
    if around.negated or vocabulary.cue("no-plan").search(clause.text):
        return "denied"
    unreal = around.threat or around.plan or around.open_modal or around.condition
    if vocabulary.cue("struck-down").search(clause.text) and not around.future:
        return "ended"
    if around.has_happened and action != "suspend":
        if around.suspended and action != "remove":
            return "suspended"
        return "ended" if action == "remove" else _happened(clause)
    if action == "remove":
        return _when_done(around, clause, done="ended")
    if action == "suspend":
        return _suspension(around, clause)
    if around.suspended and not unreal:
        return "suspended"
    if around.ended_later:
        return "ended"
    return _when_done(around, clause, done="in-force")


def _happened(clause: Clause) -> Status:
    return "announced" if clause.starts_later else "in-force"


def _suspension(around: Around, clause: Clause) -> Status:
    if around.threat or around.plan or (around.open_modal and not around.reported):
        return "proposed"
    if clause.starts_later and re.search(r"\b(?:delay|postpon|defer|push)", clause.text):
        return "announced"
    return "suspended"


def _when_done(around: Around, clause: Clause, *, done: Status) -> Status:
    """Status of an act by how real it is; `done` is what it is once it has happened."""
    if around.threat:
        return "threatened"
    if around.condition and (around.future or around.open_modal or around.decided):
        return "threatened"
    if around.plan:
        dated = clause.starts_later and around.plan_by_government
        return "announced" if dated else "proposed"
    if around.open_modal and around.agreed:
        return "announced"
    if around.open_modal:
        return "announced" if around.reported or clause.starts_later else "proposed"
    if around.future or clause.starts_later:
        return "announced"
    if around.decided and clause.starts_later is None and not around.in_force:
        return "announced"
    return done


@dataclass(frozen=True, slots=True)
class Around:
    """The signs of status around a cue."""

    negated: bool
    threat: bool
    plan: bool
    plan_by_government: bool
    decided: bool
    future: bool
    open_modal: bool
    reported: bool
    condition: bool
    in_force: bool
    suspended: bool
    ended_later: bool
    agreed: bool
    """A deal or an order says so."""
    has_happened: bool
    """The act is told as done: "imposed", "has raised", "were cut"."""

    @classmethod
    def of(cls, cue: Token, anchor: Token, vocabulary: Vocabulary) -> Around:
        """Read off the parse: the cue's auxiliaries, what governs it, what modifies the levy."""
        governors = [node for node, _ in climb(cue) if node.sent == cue.sent]
        chain = [cue, *governors]
        own = verbal_part(cue)
        auxiliaries = {t.lower_ for t in own}
        modifiers = {t.lemma_.lower() for t in anchor.lefts} | {t.lower_ for t in anchor.lefts}
        if vocabulary.action_verbs.get(cue.lemma_.lower(), {}).get("action") in (
            "remove",
            "suspend",
        ):
            modifiers = set()
        lemmas = [t.lemma_.lower() for t in governors]
        cue_word = {cue.lemma_.lower()} if cue is not anchor else set()
        said = {*lemmas, *modifiers, *cue_word}
        threat = bool(said & vocabulary.words("threat-word"))
        plan = bool(said & vocabulary.words("plan-word"))
        decided = bool(said & vocabulary.words("decided-word"))
        negated = any(t.dep_ == "neg" and t.lower_ in ("not", "n't", "n’t", "never") for t in own)
        negated = negated or bool(set(lemmas[:4]) & vocabulary.words("denial-word"))
        reported = bool(set(lemmas) & vocabulary.words("saying-word"))
        return cls(
            negated=negated,
            threat=threat,
            plan=plan,
            plan_by_government=bool(said & {"plan", "planned", "intend", "schedule", "scheduled"}),
            decided=decided,
            future=bool(auxiliaries & FUTURE)
            or bool(said & {"impending", "upcoming", "forthcoming"}),
            open_modal=bool(auxiliaries & OPEN),
            reported="would" in auxiliaries and reported,
            condition=conditional(chain),
            in_force=bool(modifiers & vocabulary.words("force-word")),
            suspended=bool(said & vocabulary.words("suspension-word")),
            ended_later=False,
            agreed=bool(set(lemmas) & vocabulary.words("deal-word")),
            has_happened=is_told_as_done(cue, vocabulary),
        )


def is_told_as_done(cue: Token, vocabulary: Vocabulary) -> bool:
    """Whether a verb is in the past or the perfect, without modal, and does not itself announce."""
    if cue.pos_ not in ("VERB", "AUX") or cue.lemma_.lower() in vocabulary.words("levy-itself"):
        return False
    auxiliaries = [t for t in verbal_part(cue) if t.dep_ != "neg"]
    if any(t.tag_ == "MD" for t in auxiliaries):
        return False
    if cue.tag_ == "VBD":
        return True
    return cue.tag_ == "VBN" and any(
        t.lower_ in ("was", "were", "has", "have", "had", "'ve", "’ve") for t in auxiliaries
    )


def verbal_part(cue: Token) -> list[Token]:
    """Auxiliaries and negation of a verb, or of the verb that it is coordinated with."""
    if cue.pos_ not in ("VERB", "AUX"):
        verb = next((node for node, _ in climb(cue) if node.pos_ in ("VERB", "AUX")), None)
        if verb is None:
            return []
        return [t for t in verb.children if t.dep_ in ("aux", "auxpass", "neg")]
    node = cue
    for _ in range(4):
        own = [t for t in node.children if t.dep_ in ("aux", "auxpass", "neg")]
        modal = [t for t in own if t.tag_ == "MD" or t.dep_ == "neg"]
        if modal or node.dep_ not in ("conj", "xcomp") or node.head.pos_ not in ("VERB", "AUX"):
            return own
        if node.dep_ == "conj" and node.tag_ in ("VBD", "VBZ", "VBP"):
            return own
        node = node.head
    own = [t for t in node.children if t.dep_ in ("aux", "auxpass", "neg")]
    if not own and cue.tag_ in ("VB", "VBG"):
        earlier = [t for t in cue.doc[cue.sent.start : cue.i] if t.tag_ == "MD" and t.dep_ == "aux"]
        return earlier[-1:]
    return own


def conditional(chain: list[Token]) -> bool:
    """Whether an if- or unless-clause hangs on the act or on what governs it."""
    for node in chain:
        for child in node.children:
            if child.dep_ == "advcl" and any(
                t.lower_ in ("if", "unless") and t.dep_ in ("mark", "advmod")
                for t in child.children
            ):
                return True
    return False
