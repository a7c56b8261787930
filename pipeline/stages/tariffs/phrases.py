"""The words after a levy that say on what, from whom and against whom: where they begin and end."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.tokens import Token

    from pipeline.stages.tariffs.scene import Scene

ON = frozenset({"on", "upon", "against"})
OTHER = frozenset({"for", "from", "of", "to", "towards", "toward", "at"})
BEFORE_SUBJECT = frozenset({",", "and", "but", "-", "–", "that"})
"""What parts a phrase from the subject of a clause after it: "on tea that Trump had tied to"."""
IN_LIST = frozenset({"as", "with", "in"})
"""Words that end a phrase, or stand inside one: "such as", "made in"."""


def object_words(start: int, end: int, scene: Scene, *, wide: bool = False) -> list[Token]:
    """The words of the first phrase after "on" or "against" among the tokens `[start, end)`.

    `wide` also takes "for", "from" and "of", for want of the others.
    """
    doc, stops = scene.doc, scene.vocabulary.words("phrase-stop")
    for words in (ON, OTHER) if wide else (ON,):
        for i in range(start, end):
            word = doc[i].lower_
            if word in stops and word not in IN_LIST and i > start + 1:
                break
            if word not in words or i + 1 >= end or not begins_phrase(doc[i], doc[i + 1], scene):
                continue
            if words is ON and hangs_elsewhere(doc[i], start, scene):
                continue
            if words is OTHER and i > start + 1:
                return []
            return phrase(i + 1, end, scene)
    return []


def hangs_elsewhere(preposition: Token, start: int, scene: Scene) -> bool:
    """Whether "on" belongs to a verb that comes after the levy: "the duty, which depends on".

    A verb that puts the levy there tells what it is on: "the duty that Ghana put on rope".
    """
    governor = preposition.head
    known = scene.vocabulary.action_verbs.get(governor.lemma_.lower(), {})
    puts_it = governor.dep_ == "relcl" and known.get("action") == "impose"
    after = governor.i > start and governor.pos_ in ("VERB", "AUX") and governor.tag_ != "VBN"
    return after and not puts_it


def begins_phrase(preposition: Token, following: Token, scene: Scene) -> bool:
    """Whether goods or a country come after a preposition, and no date, number or verb."""
    if is_dated(following, scene) or following.lower_ in scene.vocabulary.words("idle-on"):
        return False
    if preposition.lower_ == "to" and following.tag_ == "VB":
        return False
    if preposition.lower_ not in ("of", "to", "from", "at"):
        return True
    doc = following.doc
    ahead = list(doc[following.i : min(following.i + 3, len(doc))])
    return not ahead[0].like_num and not (
        ahead[0].lower_ in ("up", "the", "about", "at", "as") and ahead[-1].like_num
    )


def is_dated(token: Token, scene: Scene) -> bool:
    """Whether a date begins here."""
    if token.lower_ in scene.vocabulary.words("date-word"):
        return True
    return token.ent_type_ == "DATE" and (
        token.like_num or (token.ent_iob_ == "B" and token.pos_ != "ADJ")
    )


def phrase(start: int, end: int, scene: Scene) -> list[Token]:
    """The words from a place on, to where the noun phrases after it end."""
    doc, stops = scene.doc, scene.vocabulary.words("phrase-stop")
    taken: list[Token] = []
    for i in range(start, end):
        token, following = doc[i], doc[i + 1] if i + 1 < end else None
        word = token.lower_
        if word in stops and not in_list(token, scene):
            is_relative = word in ("which", "whom") and taken and taken[-1].pos_ == "ADP"
            if is_finite(token):  # "on corn, the ministry said"
                return without_subject(taken, token)
            return before_comma(taken) if is_relative else taken
        if is_finite(token) or (word == "to" and following is not None and following.tag_ == "VB"):
            return without_subject(taken, token)
        if token.tag_ == "VBG" and token.dep_ == "advcl" and is_set_off(taken):
            return before_comma(taken)  # "exports, further straining trade ties"
        if word == "by" and i > start:
            break
        if (
            following is not None
            and word in ("on", "from", "for", "at")
            and is_dated(following, scene)
        ):
            break
        if i > start and word != "may" and word in scene.vocabulary.words("date-word"):
            break
        if token.tag_ == "VBN" and word in ("imposed", "announced", "threatened", "introduced"):
            break
        taken.append(token)
    return taken


def in_list(token: Token, scene: Scene) -> bool:
    """Whether a stop word stands inside a noun phrase: "such as", "made in", "more than $3"."""
    previous = token.doc[token.i - 1].lower_ if token.i else ""
    following = token.doc[token.i + 1].lower_ if token.i + 1 < len(token.doc) else ""
    match token.lower_:
        case "as":
            return previous in ("such", "well", "products", "goods", "items") or following == "well"
        case "in":
            return previous in scene.vocabulary.words("made-in")
        case "with":
            return previous in scene.vocabulary.words("tied-by-with")
        case "without":
            return previous in scene.vocabulary.words("group-noun")
        case "which":
            return previous == "with"
        case "over":
            return previous in ("valued", "worth")
        case "than":  # a bound of an amount: "more than $2.6 billion worth of goods"
            bounded = token.nbor(1) if following else None
            return previous in ("more", "less") and bool(
                bounded is not None and (bounded.like_num or bounded.is_currency)
            )
    return False


def is_finite(token: Token) -> bool:
    """Whether a word is a finite verb or an auxiliary, and so begins another clause."""
    if token.dep_ in ("amod", "compound"):
        return False
    return token.tag_ in ("VBZ", "VBP", "VBD", "MD") and token.pos_ in ("VERB", "AUX")


def without_subject(taken: list[Token], verb: Token) -> list[Token]:
    """The words without those that are the subject of the verb that follows them."""
    for position in range(len(taken) - 1, -1, -1):
        if taken[position].lower_ in BEFORE_SUBJECT and any(
            t.dep_ in ("nsubj", "nsubjpass", "expl") and t.head == verb for t in taken[position:]
        ):
            return taken[:position]
    return taken


def is_set_off(taken: list[Token]) -> bool:
    """Whether a comma, with at most an adverb after it, ends the words so far."""
    words = [token for token in taken[-2:] if token.pos_ != "ADV"]
    return bool(words) and words[-1].lower_ == ","


def before_comma(taken: list[Token]) -> list[Token]:
    """The words before the last comma: "products, the importation of" loses what follows it."""
    commas = [i for i, token in enumerate(taken) if token.lower_ == ","]
    return taken[: commas[-1]] if commas else taken
