"""Acts: what is done to a levy, read off the parse from the levy upwards, else by nearness."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pipeline.findings import Action
from pipeline.stages.tariffs.vocabulary import Vocabulary

if TYPE_CHECKING:
    from spacy.tokens import Token

CLAUSE_LINKS = frozenset({"ccomp", "xcomp", "advcl", "acl", "relcl", "pcomp", "csubj", "parataxis"})
EFFECT = frozenset({"effect", "force"})


@dataclass(frozen=True, slots=True)
class Act:
    """What is done to a levy, and the word that says so.

    `cue` is that word (None where the level is merely stated); `payer` says that its subject bears
    the levy ("Brazil faces"), `payer_object` that its object does ("hit Brazil with").
    """

    action: Action
    cue: Token | None
    payer: bool = False
    payer_object: bool = False
    moves: bool = False
    times: float | None = None
    to_rate: Action | None = None
    """What it is where it leads to a level: "lift it to 15%"."""
    rule: str = "act-by-frame"


def find_act(anchor: Token, vocabulary: Vocabulary) -> Act | None:
    """The act on a levy or a rate, at whose token the search begins; None where there is none."""
    for node, below in climb(anchor):
        if act := act_at(node, below, vocabulary):
            return done_to(act, vocabulary)
        if is_barrier(node, below, vocabulary):
            break
    for child in anchor.children:
        if child.dep_ in ("acl", "relcl") and (act := act_at(child, anchor, vocabulary)):
            return act
    return None


def done_to(act: Act, vocabulary: Vocabulary) -> Act:
    """What is done to an act that is a noun: "the introduction of the levy was postponed"."""
    cue = act.cue
    if cue is None or cue.pos_ != "NOUN" or cue.dep_ not in ("dobj", "nsubjpass"):
        return act
    known = vocabulary.action_verbs.get(cue.head.lemma_.lower())
    undoing = known is not None and known["action"] in ("remove", "suspend")
    return verb_act(cue.head, known) if undoing and known is not None else act


def is_barrier(node: Token, below: Token, vocabulary: Vocabulary) -> bool:
    """Whether a governing word is no longer about the levy below it.

    So in "in response to tariffs", "avoid tariffs", "tariffs hurt".
    """
    if node.dep_ == "prep" or node.pos_ == "ADP":
        return node.lower_ in vocabulary.words("background-preposition") or is_price(node)
    if node.lemma_.lower() in vocabulary.words("background-noun"):
        return True
    if node.pos_ in ("VERB", "AUX"):
        if below.dep_ in ("nsubj", "nsubjpass", "csubj"):
            return True
        return node.lemma_.lower() not in vocabulary.words("support-verb")
    return False


def is_price(word: Token) -> bool:
    """Whether what follows is what an act is done for: "scrapped its duties in return for"."""
    return word.lower_ == "for" and word.i > 0 and word.nbor(-1).lower_ in ("return", "exchange")


def climb(anchor: Token) -> Iterator[tuple[Token, Token]]:
    """The words that govern a token, innermost first, each with the one below it."""
    below, node = anchor, anchor.head
    for _ in range(12):
        if node == below or is_apart(below, node):
            return
        yield node, below
        below, node = node, node.head


def is_apart(below: Token, node: Token) -> bool:
    """Whether a semicolon parts a clause from the one that the parse hangs it on."""
    if below.dep_ not in ("ccomp", "parataxis"):
        return False
    first, last = min(below.i, node.i), max(below.i, node.i)
    return any(token.text == ";" for token in below.doc[first:last])


def act_at(node: Token, below: Token, vocabulary: Vocabulary) -> Act | None:
    """The act that one word is, reached from the word below it."""
    lemma = node.lemma_.lower()
    if node.pos_ in ("NOUN", "PROPN") and lemma in vocabulary.action_nouns:
        if below.dep_ in ("nsubj", "nsubjpass", "relcl", "acl") and below.dep_ != "acl":
            return None
        return Act(vocabulary.action_nouns[lemma]["action"], node)
    if node.pos_ not in ("VERB", "AUX", "NOUN", "ADJ") or lemma not in vocabulary.action_verbs:
        return None
    if node.pos_ in ("NOUN", "ADJ") and not node.tag_.startswith("VB"):
        return None
    known = vocabulary.action_verbs[lemma]
    if not has_needed(node, known):
        return None
    if lemma in vocabulary.words("levy-itself") and below.dep_ in CLAUSE_LINKS:
        return None
    if known.get("payer") and below.dep_ in ("nsubj", "nsubjpass"):
        return None
    if known.get("payer-object") and below.dep_ == "nsubj":
        return None
    act = verb_act(node, known)
    of_itself = known.get("of-itself") if below.dep_ == "nsubj" else None
    return replace(act, action=of_itself, moves=True) if of_itself else act


def verb_act(node: Token, known: Mapping[str, Any]) -> Act:
    """The act of a verb of the lexicon, with what its surroundings change."""
    action: Action = known["action"]
    if "present" in known and node.tag_ in ("VBZ", "VBP"):
        action = known["present"]
    if "with-effect" in known and is_followed_by(node, EFFECT):
        action = known["with-effect"]
    subtree = node.doc[node.i : min(node.i + 14, node.sent.end)].text.lower()
    if " on hold" in subtree and action != "remove":
        action = "suspend"
    others = known.get("with", {})
    particle = next((word for word in others if is_followed_by(node, frozenset({word}))), None)
    if particle is not None:
        action = others[particle]
    return Act(
        action,
        node,
        payer=bool(known.get("payer")),
        payer_object=bool(known.get("payer-object")) and particle is None,
        moves=bool(known.get("moves")),
        times=known.get("times"),
        to_rate=known.get("to-rate"),
    )


def has_needed(verb: Token, known: Mapping[str, Any]) -> bool:
    """Whether the word that a verb needs follows it: "come into effect", "roll back"."""
    needed = known.get("needs")
    if needed is None or ("with-effect" in known and is_followed_by(verb, EFFECT)):
        return True
    return is_followed_by(verb, EFFECT if needed == "effect" else frozenset({needed}))


def is_followed_by(verb: Token, words: frozenset[str]) -> bool:
    """Whether one of the words stands soon after a verb."""
    following = verb.doc[verb.i + 1 : min(verb.i + 5, verb.sent.end)]
    return any(token.lower_ in words for token in following)


def act_mistagged(levy: Token, vocabulary: Vocabulary) -> Act | None:
    """The verb before a levy that the parse took for a noun: "and halve tariffs on"."""
    if levy.i - levy.sent.start < 2:
        return None
    word, before = levy.nbor(-1), levy.nbor(-2)
    known = vocabulary.action_verbs.get(word.lower_)
    is_verb = known is not None and before.lower_ in ("and", "to", "will", "would")
    if known is None or not is_verb or word.pos_ == "VERB" or not has_needed(word, known):
        return None
    return by_order(verb_act(word, known))


def act_by_order(anchor: Token, vocabulary: Vocabulary) -> Act | None:
    """The nearest act before a rate in its sentence, else after it: where the parse breaks."""
    sentence = anchor.sent
    doc = anchor.doc
    for i in range(anchor.i - 1, max(sentence.start, anchor.i - 30) - 1, -1):
        token = doc[i]
        lemma = token.lemma_.lower()
        if lemma in vocabulary.words("background-noun") or is_price(token):
            return None
        if token.pos_ in ("VERB", "AUX") and lemma in vocabulary.action_verbs:
            if has_needed(token, vocabulary.action_verbs[lemma]):
                return by_order(verb_act(token, vocabulary.action_verbs[lemma]))
        elif token.pos_ == "NOUN" and lemma in vocabulary.action_nouns:
            return Act(vocabulary.action_nouns[lemma]["action"], token, rule="act-by-order")
    for i in range(anchor.i + 1, min(sentence.end, anchor.i + 14)):
        token = doc[i]
        known = vocabulary.action_verbs.get(token.lemma_.lower(), {})
        passive = token.tag_ == "VBN" and any(t.dep_ == "auxpass" for t in token.children)
        if (
            token.pos_ == "VERB"
            and known
            and (known.get("moves") or passive)
            and has_needed(token, known)
        ):
            return by_order(verb_act(token, known))
    return None


def by_order(act: Act) -> Act:
    """An act that nearness found, and not the parse."""
    return replace(act, rule="act-by-order")
