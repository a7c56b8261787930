"""Tells which numbers are rates, what is done to a levy, by whom, and what decides its status."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.article import Article
from pipeline.findings import Party, TariffMeasure
from pipeline.record import Record
from pipeline.stages.tariffs import Tariffs, timing
from pipeline.stages.tariffs.arguments import Arguments, arguments_of
from pipeline.stages.tariffs.claims import act_of
from pipeline.stages.tariffs.levies import find_levies
from pipeline.stages.tariffs.mentions import Mention
from pipeline.stages.tariffs.rates import decide as rates_among
from pipeline.stages.tariffs.rates import find_levels, searched
from pipeline.stages.tariffs.scene import Scene
from pipeline.stages.tariffs.status import Clause, decide
from pipeline.tuning.conditions import few
from pipeline.tuning.nearest import sentence_around
from pipeline.tuning.nearness import Stretch
from pipeline.tuning.steps.step import Step, quoted, touching


def steps_of_tariffs(
    stage: Tariffs, article: Article, record: Record, place: Stretch
) -> Iterator[Step]:
    """For the sentence of a place: its numbers, then each mention of a levy."""
    scene = Scene(article, stage.polities, stage.vocabulary)
    window = sentence_around(article, place)
    levies = find_levies(article.doc, stage.vocabulary)
    yield from steps_of_levels(stage, article, window, place)
    sentence = article.doc.char_span(*window, alignment_mode="expand")
    if sentence is None:
        return
    own = [levy for levy in levies if window[0] <= levy.start < window[1]]
    yield from steps_of_levy_nouns(stage, article, [levy.start for levy in own], place)
    for mention in stage.reader.mentions(sentence.sent, own, scene):
        if touching(*mention.ends, place):
            yield from steps_of_mention(mention, scene, record)


def steps_of_levy_nouns(
    stage: Tariffs, article: Article, known: Sequence[int], place: Stretch
) -> Iterator[Step]:
    """Of each word in a sentence that could be a levy noun: why it is none.

    Of a number, that no levy noun stands with it. `known` are the places of those that are.
    """
    window = sentence_around(article, place)
    false = [
        found
        for found in stage.vocabulary.cue("levy").finditer(article.body, *window)
        if not any(found.start() <= start < found.end() for start in known)
    ]
    for found in false:
        span = article.doc.char_span(*found.span(), alignment_mode="expand")
        is_verb = span is not None and span[-1].pos_ in ("VERB", "AUX")
        why = "read as a verb here" if is_verb else "another thing, by the words beside it"
        yield Step(quoted(found.group()), "levy", f"no levy noun: {why}")
    asked = article.text[slice(*place)]
    if not known and not false and any(letter.isdigit() for letter in asked):
        nouns = few(stage.rules.lexicons["levy"])
        yield Step("the sentence", "levy", f"no levy noun stands in it ({nouns})")


def steps_of_levels(
    stage: Tariffs, article: Article, window: Stretch, place: Stretch
) -> Iterator[Step]:
    """Of each number at the place: whether it is a rate, and by which rules."""
    reader = stage.reader
    levels = find_levels(reader.rules, reader.amounts, article, window)
    kept = {level.start: level for level in rates_among(levels, reader.rules, article, window)}
    for level in levels:
        if not touching(level.start, level.end, place):
            continue
        about = quoted(article.text[level.start : level.end])
        against = [
            rule.id
            for rule in reader.rules.by_kind.get("no-rate", ())
            for hit in searched(rule, article, window)
            if level.overlaps(*hit["rate"])
        ]
        if level.start in kept:
            yield Step(about, "rate", f"a rate, by tariffs/{kept[level.start].rule}")
        elif against:
            yield Step(about, "rate", f"no rate: told against by {', '.join(against)}")
        else:
            yield Step(about, "rate", "no rate: no rule of the kind `rate` takes it")


def steps_of_mention(mention: Mention, scene: Scene, record: Record) -> Iterator[Step]:
    """What is said where a levy is spoken of: act, parties, goods, status."""
    text, (start, end) = scene.article.text, mention.ends
    about = quoted(text[start:end])
    about = about if len(about) <= LONGEST else about[: LONGEST - 2] + "…'"
    act = act_of(mention, scene)
    if act is None or act.cue is None:
        yield Step(about, "act", "no word says what is done to it: the level is merely stated")
    else:
        yield Step(about, "act", f"{act.action}, by {act.cue.text!r} ({act.rule})")
    found = arguments_of(mention, act, scene)
    yield Step(about, "who", named(found.implementers) or "no implementer in the clause")
    yield Step(about, "on whom", named(found.affected) or "no partner in the clause")
    goods = ", ".join(f"{each.name!r} ({each.basis})" for each in found.goods)
    yield Step(about, "goods", goods or "no goods in the clause")
    times = timing.dates_of(mention, act, scene)
    clause = Clause(
        mention.anchor, act, timing.starts_later(times.effective, scene), text[start:end]
    )
    decision = decide(clause, scene.vocabulary)
    yield Step(about, "status", f"{decision.status}: {decision.because}")
    measures = [measure for measure in record.tariffs if tells(mention, measure)]
    if not measures:
        missing = " and ".join(missing_in(mention, found))
        why = f"it lacks {missing}" if missing else "it is a case, a wish or an average"
        yield Step(about, "measure", f"none comes of it: {why}")
    for measure in measures:
        same = "" if measure.status == decision.status else AFTERWARDS
        yield Step(about, "measure", f"{measure.id}, {measure.status}{same}")


AFTERWARDS = " in the end, by its other mentions or by what is only supposed"

LONGEST = 60
"""Characters of a mention that are shown."""


def tells(mention: Mention, measure: TariffMeasure) -> bool:
    """Whether a measure is told by a mention: its rate, or where it has none its clause."""
    if mention.level is not None and measure.rate is not None:
        spans = (measure.rate.span, *measure.rate.mentions)
        return any(touching(s.start, s.end, mention.level.reach) for s in spans)
    return any(touching(s.start, s.end, mention.ends) for s in measure.evidence)


def named(parties: tuple[Party, ...]) -> str:
    """Parties with how the text gives them."""
    return ", ".join(f"{party.name} ({party.basis})" for party in parties)


def missing_in(mention: Mention, found: Arguments) -> Iterator[str]:
    """What a mention without a rate would need."""
    if mention.level is None:
        yield "a rate"
        if not found.implementers:
            yield "an implementer"
        if not found.affected and not found.goods:
            yield "goods or a partner"
