"""Status: whether a measure stands, by tense, modality, negation, condition and cue words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.findings import Status
from pipeline.stages.tariffs.acts import Act, climb
from pipeline.stages.tariffs.vocabulary import Vocabulary

if TYPE_CHECKING:
    from spacy.tokens import Token

FUTURE = frozenset({"will", "'ll", "’ll", "shall"})
OPEN = frozenset({"may", "might", "could", "can", "should", "would", "'d", "’d"})
UNLESS = frozenset({"unless"})
IF = UNLESS | {"if"}
PERFECT = frozenset({"was", "were", "has", "have", "had", "'ve", "’ve"})
LIFTING = frozenset({"remove", "lower", "suspend"})
NEGATIONS = frozenset({"not", "n't", "n’t", "never"})


@dataclass(frozen=True, slots=True)
class Clause:
    """What surrounds an act: its levy or rate, and when the measure starts against the article."""

    anchor: Token
    act: Act | None
    starts_later: bool | None = None
    """True if the start lies after publication, False if not after, None if unstated."""
    text: str = ""
    """The words of the clause."""


@dataclass(frozen=True, slots=True)
class Decision:
    """A status, and the sign that decided for it."""

    status: Status
    because: str


def status_of(clause: Clause, vocabulary: Vocabulary) -> Status:
    """The first status of the guideline's order that the clause asserts."""
    return decide(clause, vocabulary).status


def decide(clause: Clause, vocabulary: Vocabulary) -> Decision:
    """The same with the sign that decided."""
    act = clause.act
    denied = vocabulary.cue("no-plan").search(clause.text)
    if denied is not None:
        return Decision("denied", f"{denied.group()!r} denies a plan")
    if act is None or act.cue is None:
        return _of_modifiers(clause, vocabulary)
    around = Around.of(act, clause.anchor, vocabulary)
    if around.negated:
        return Decision("denied", f"the act is negated by {said(around.negated)}")
    struck = vocabulary.cue("struck-down").search(clause.text)
    if struck is not None and not around.future:
        return Decision("ended", f"{struck.group()!r} strikes it down")
    if act.action == "suspend":
        return _suspension(around, clause, vocabulary)
    if act.moves and act.action == "remove" and not around.has_happened:
        # "the duty expires in June", and so stands until then
        return Decision("in-force", "its end is still to come")
    met = vocabulary.cue("once-met").search(clause.text)
    if act.action in LIFTING and met is not None:
        return Decision("proposed", f"it depends on {met.group()!r}")
    done: Status = "ended" if act.action == "remove" else "in-force"
    if around.has_happened:
        if around.suspended and act.action != "remove":
            return Decision("suspended", f"{said(around.suspended)} says that it is paused")
        if clause.starts_later:
            return Decision("announced", "the act is told as done, and starts after publication")
        return Decision(done, f"{act.cue.text!r} is told as done")
    if around.suspended and act.action != "remove" and not around.is_unreal:
        return Decision("suspended", f"{said(around.suspended)} says that it is paused")
    decision = _when_done(around, clause, done=done)
    if decision.status == "in-force" and is_of_a_deal(act.cue, vocabulary):
        return Decision("announced", "the sentence tells what a deal provides")
    return decision


def said(words: frozenset[str]) -> str:
    """The words of a sign."""
    return ", ".join(repr(word) for word in sorted(words))


def _of_modifiers(clause: Clause, vocabulary: Vocabulary) -> Decision:
    """Status of a level that is merely stated, by the words before the levy noun."""
    words = modifiers_of(clause.anchor)
    for name, status in MODIFIED:
        if found := words & vocabulary.words(name):
            return Decision(status, f"{said(found)} of the list {name} stands before the levy")
    if clause.starts_later:
        return Decision("announced", "it is merely stated, and starts after publication")
    if is_of_a_deal(clause.anchor, vocabulary):
        return Decision("announced", "the sentence tells what a deal provides")
    return Decision("in-force", "it is merely stated, without a word of an act")


def is_of_a_deal(anchor: Token, vocabulary: Vocabulary) -> bool:
    """Whether the sentence tells what a deal provides: "Under the pact, cars face 10%"."""
    return bool(vocabulary.cue("under-a-deal").search(anchor.sent.text))


def _suspension(around: Around, clause: Clause, vocabulary: Vocabulary) -> Decision:
    unsure = around.threat or around.plan or (not around.reported and around.open_modal)
    if unsure:
        return Decision("proposed", f"the suspension is only thought of: {said(unsure)}")
    if clause.starts_later and vocabulary.cue("delaying").search(clause.text):
        # put off to a date, and so still to come
        return Decision("announced", "it is put off to a date after publication")
    return Decision("suspended", "the act suspends it")


def _when_done(around: Around, clause: Clause, *, done: Status) -> Decision:
    """Status of an act by how real it is; `done` is what it is once it has happened."""
    if around.threat:
        return Decision("threatened", f"{said(around.threat)} threatens")
    if around.condition and (around.future or around.open_modal or around.decided):
        return Decision("threatened", "an if- or unless-clause hangs on the act")
    if around.plan and around.exception:
        return Decision("threatened", f"{said(around.plan)} plans it unless something is done")
    if around.plan:
        if clause.starts_later and around.plan_by_government:
            return Decision("announced", f"{said(around.plan)} plans it, with a date")
        return Decision("proposed", f"{said(around.plan)} only plans it")
    if around.open_modal:
        for is_so, why in (
            (around.agreed, f"a deal or an order says so: {said(around.agreed)}"),
            (around.reported, "it stands for 'will' in reported speech"),
            (clause.starts_later, "it has a start after publication"),
        ):
            if is_so:
                return Decision("announced", f"{said(around.open_modal)}, but {why}")
        return Decision("proposed", f"{said(around.open_modal)} leaves it open")
    if around.future:
        if clause.act is not None and clause.act.action == "keep" and clause.act.moves:
            return Decision(done, "what will stay is there already")
        return Decision("announced", f"{said(around.future)} puts it in the future")
    if clause.starts_later:
        return Decision("announced", "it starts after publication")
    if around.decided and clause.starts_later is None and not around.in_force:
        return Decision("announced", f"{said(around.decided)} decides it, without a start")
    return Decision(done, "nothing says that it is still to come")


MODIFIED: tuple[tuple[str, Status], ...] = (
    ("suspension-word", "suspended"),
    ("threat-word", "threatened"),
    ("plan-word", "proposed"),
    ("coming-word", "announced"),
)
"""Lexicon → status of a levy that one of its words modifies: "paused", "proposed", "impending"."""


def modifiers_of(levy: Token) -> frozenset[str]:
    """The words before a levy noun, as they stand and as lemmas."""
    return frozenset(word for t in levy.lefts for word in (t.lemma_.lower(), t.lower_))


@dataclass(frozen=True, slots=True)
class Around:
    """The signs of status around the cue of an act, most of them as the words that give them."""

    negated: frozenset[str]
    threat: frozenset[str]
    plan: frozenset[str]
    plan_by_government: frozenset[str]
    decided: frozenset[str]
    future: frozenset[str]
    open_modal: frozenset[str]
    reported: bool
    """A "would" that a verb of saying turns from "will"."""
    condition: bool
    exception: bool
    """An unless-clause: "vowed to raise it unless …"."""
    in_force: frozenset[str]
    suspended: frozenset[str]
    agreed: frozenset[str]
    """A deal or an order says so."""
    has_happened: bool
    """The act is told as done: "imposed", "has raised", "were cut"."""

    @property
    def is_unreal(self) -> bool:
        """Whether the act is only threatened, thought of, or possible."""
        return bool(self.threat or self.plan or self.open_modal or self.condition)

    @classmethod
    def of(cls, act: Act, anchor: Token, vocabulary: Vocabulary) -> Around:
        """Read off the parse: the cue's auxiliaries, what governs it, what modifies the levy."""
        cue = act.cue if act.cue is not None else anchor
        chain = [cue, *governors_of(cue)]
        chain += [t for t in chain[-1].children if t.dep_ == "parataxis"]  # "…, he warned"
        chain += [  # "were to take effect in May but have been delayed"
            t
            for t in cue.children
            if t.dep_ == "conj" and t.lemma_.lower() in vocabulary.words("suspension-word")
        ]
        own = verbal_part(cue)
        auxiliaries = frozenset(t.lower_ for t in own)
        is_undone = act.action in ("remove", "suspend")  # "cancel the planned tariffs"
        modifiers = frozenset() if is_undone else modifiers_of(anchor)
        lemmas = [t.lemma_.lower() for t in chain]
        told = modifiers.union(lemmas)
        words = vocabulary.words
        negating = () if is_carved_out(cue) else own
        negations = {t.lower_ for t in negating if t.dep_ == "neg"} & NEGATIONS
        subjunctive = frozenset({"be"} if is_subjunctive(cue, own) else ())
        return cls(
            negated=(words("denial-word") & set(lemmas[1:5])) | negations,
            threat=told & words("threat-word"),
            plan=(told & words("plan-word")) | subjunctive,
            plan_by_government=told & words("planning-word"),
            decided=told & words("decided-word"),
            future=(auxiliaries & FUTURE) | (told & words("coming-word")),
            open_modal=auxiliaries & OPEN,
            reported="would" in auxiliaries and bool(set(lemmas) & words("saying-word")),
            condition=conditional(chain, IF),
            exception=conditional(chain, UNLESS),
            in_force=modifiers & words("force-word"),
            suspended=told & words("suspension-word"),
            agreed=words("deal-word") & set(lemmas),
            has_happened=is_told_as_done(cue, vocabulary),
        )


def governors_of(cue: Token) -> list[Token]:
    """The words above a cue in its sentence, up to the clause that it is a mere circumstance of."""
    found = []
    for node, below in climb(cue):
        if below.dep_ == "advcl" and any(t.dep_ == "mark" for t in below.lefts):
            break
        if below.dep_ == "relcl" and is_told(below):
            break
        if below.dep_ == "conj" and below.tag_ == node.tag_ == "VBD":
            continue  # "suspended the talks and imposed duties": neither is above the other
        found.append(node)
    return found


def is_told(verb: Token) -> bool:
    """Whether a verb or its auxiliary is finite and no modal: "raised", "is charged"."""
    finite = ("VBD", "VBZ", "VBP")
    return verb.tag_ in finite or any(
        t.tag_ in finite for t in verb.children if t.dep_ in ("aux", "auxpass")
    )


def is_carved_out(cue: Token) -> bool:
    """Whether a levy only does not reach something: "the duty shall not apply to wine"."""
    return cue.lemma_.lower() == "apply" and any(
        t.dep_ == "prep" and t.lower_ == "to" for t in cue.children
    )


def is_subjunctive(cue: Token, auxiliaries: list[Token]) -> bool:
    """Whether a passive has a bare "be": "asked that the duty be cut"."""
    return cue.tag_ == "VBN" and [t.lower_ for t in auxiliaries if t.dep_ != "neg"] == ["be"]


def is_told_as_done(cue: Token, vocabulary: Vocabulary) -> bool:
    """Whether a verb is in the past or the perfect, without modal, and does not itself announce.

    A noun is done as the verb is that does it: "introduced a tariff cut".
    """
    if cue.pos_ == "NOUN" and cue.dep_ in ("dobj", "nsubjpass") and cue.head.pos_ == "VERB":
        return cue.head.lemma_.lower() in vocabulary.words("doing-verb") and is_told_as_done(
            cue.head, vocabulary
        )
    itself = vocabulary.words("levy-itself") - {"adopt", "restore", "revive"}
    if cue.pos_ not in ("VERB", "AUX") or cue.lemma_.lower() in itself:
        return False
    auxiliaries = [t for t in verbal_part(cue) if t.dep_ != "neg"]
    if any(t.tag_ == "MD" for t in auxiliaries):
        return False
    if cue.tag_ == "VBD":
        return True
    return cue.tag_ == "VBN" and any(t.lower_ in PERFECT for t in auxiliaries)


def verbal_part(cue: Token) -> list[Token]:
    """Auxiliaries and negation of a verb, or of the verb that it is coordinated with."""
    if cue.pos_ not in ("VERB", "AUX"):
        verb = next((node for node, _ in climb(cue) if node.pos_ in ("VERB", "AUX")), None)
        if verb is None:
            return []
        return [t for t in verb.children if t.dep_ in ("aux", "auxpass", "neg")]
    own = auxiliaries_of(cue)
    if own or cue.tag_ not in ("VB", "VBG"):
        return own
    modals = [t for t in cue.doc[cue.sent.start : cue.i] if t.tag_ == "MD" and t.dep_ == "aux"]
    return modals[-1:]  # in long lists: "will (i) modify …; and (ii) removing"


def auxiliaries_of(cue: Token) -> list[Token]:
    """The auxiliaries of a verb, or of the verb that it is joined to and has none of its own."""
    node = cue
    for _ in range(4):
        own = [t for t in node.children if t.dep_ in ("aux", "auxpass", "neg")]
        modal = [t for t in own if t.tag_ == "MD" or t.dep_ == "neg"]
        if modal or node.dep_ not in ("conj", "xcomp") or node.head.pos_ not in ("VERB", "AUX"):
            return own
        if node.dep_ == "conj" and node.tag_ in ("VBD", "VBZ", "VBP"):
            return own
        node = node.head
    return [t for t in node.children if t.dep_ in ("aux", "auxpass", "neg")]


def conditional(chain: list[Token], words: frozenset[str]) -> bool:
    """Whether an if- or unless-clause hangs on the act or on what governs it."""
    for node in chain:
        for child in node.children:
            if child.dep_ != "advcl":
                continue
            is_origin = child.lemma_.lower() in ("be", "come", "originate") and any(
                t.lower_ == "from" for t in child.children
            )  # "if a car is from Japan" tells goods apart, and threatens nobody
            if is_origin:
                continue
            if any(t.lower_ in words and t.dep_ in ("mark", "advmod") for t in child.children):
                return True
    return False
