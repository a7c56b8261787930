"""Scores the pipeline on the gold sets kept beside the project, and holds it to the floors reached.

    python -m tests.score                          all sets; fails where a score is below its floor
    python -m tests.score dates --set trade_probe --errors 40
    python -m tests.score --raise                  pin what is reached now (only ever upwards)
    python -m tests.score --lower SET METRIC       let one floor fall to what is reached now
    python -m tests.score --observe                note how often each rule was right

The sets and their scorers stand in `../shared/eval`; where that folder is missing, this says so and
passes. Floors and the digest of each gold file stand in `tests/scores.json`.
"""

from __future__ import annotations

import argparse
import ast
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from spacy.tokens import Doc

import pipeline.parsing
from pipeline.article import Article, Published, Source
from pipeline.extraction import Extractor
from pipeline.findings import Span
from pipeline.parsing import parse_text
from pipeline.record import Record
from pipeline.stages.entities.metonymy import Metonymy
from pipeline.tuning.evaluating import Evaluation, evaluate, read_gold
from pipeline.tuning.evaluating.dates import TYPES

EVAL = Path(__file__).parents[2] / "shared" / "eval"
FLOORS = Path(__file__).with_name("scores.json")
TOLERANCE = 0.05
"""Scorers round to one or two digits; a lower score than this below a floor is a fall."""

Gold = dict[str, Any]
Prediction = dict[str, Any]
Floors = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class GoldSet:
    """One gold file, how it is read and scored."""

    field: str
    file: str
    predict: Callable[[Record], Prediction]
    read: Callable[[str], dict[str, float]]
    flags: tuple[str, ...] = ()
    dated: bool = True
    """Whether the articles are given their publication date."""

    @property
    def name(self) -> str:
        """`dates/tempeval3.dev`, with what is special about the run."""
        marks = [flag.lstrip("-") for flag in self.flags if flag != "--json"]
        if not self.dated and "no-dct" not in marks:
            marks.append("undated")
        return "+".join([f"{self.field}/{Path(self.file).stem}", *marks])

    @property
    def gold(self) -> Path:
        """The gold file."""
        return EVAL / self.field / self.file

    @property
    def scorer(self) -> Path:
        """The scorer of its field."""
        return EVAL / self.field / f"score_{self.field}.py"


# Records as the scorers want them ----------------------------------------------------------------


def timexes(record: Record) -> Prediction:
    """Predictions for the dates scorer."""
    return {"id": record.id, "timexes": [d.model_dump() for d in record.dates]}


def entity_mentions(record: Record) -> Prediction:
    """Predictions for the entities scorer: one row a mention."""
    return {
        "id": record.id,
        "entities": [
            {"start": m.start, "end": m.end, "type": e.type, "entity": e.id, "form": m.form}
            for e in record.entities
            for m in e.mentions
        ],
    }


def quotes(record: Record) -> Prediction:
    """Predictions for the quotes scorer."""
    names = {e.id: e.name for e in record.entities}
    return {
        "id": record.id,
        "quotes": [
            {
                "spans": [[s.start, s.end] for s in q.spans],
                "kind": q.kind,
                "speaker": q.speaker.span.model_dump() if q.speaker else None,
                "speaker_entity": names.get(q.speaker.entity or "") if q.speaker else None,
                "cue": q.cue.span.model_dump() if q.cue else None,
            }
            for q in record.quotes
        ],
    }


def tariffs(record: Record) -> Prediction:
    """Predictions for the tariffs scorer: the measures as they stand."""
    return {"id": record.id, "tariffs": [t.model_dump() for t in record.tariffs]}


# What the scorers print, as numbers --------------------------------------------------------------


def flat(value: Any, path: str = "") -> Iterator[tuple[str, float]]:
    """Every number in nested JSON, by its path."""
    if isinstance(value, bool) or value is None:
        return
    if isinstance(value, int | float):
        yield path, float(value)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from flat(item, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for i, item in enumerate(value):
            yield from flat(item, f"{path}.{i}")
    elif isinstance(value, str) and (parts := re.fullmatch(r"(\d+) in (\d+)", value)):
        yield path, 100 * int(parts[1]) / int(parts[2])


def from_json(printed: str) -> dict[str, float]:
    """Numbers of a scorer that prints one JSON object on its first line."""
    numbers = dict(flat(json.loads(printed.splitlines()[0])))
    for kind in TYPES:  # dates are told as counts
        if gold := numbers.get(f"by_type.{kind}.gold"):
            right = numbers.get(f"by_type.{kind}.value", 0.0)
            numbers[f"by_type.{kind}.value, of all"] = 100 * right / gold
    return numbers


def from_entity_lines(printed: str) -> dict[str, float]:
    """Numbers of the entities scorer, which prints a line a measure."""
    found: dict[str, float] = {}
    for line in printed.splitlines():
        name, brace, rest = line.partition("{")
        if brace and name.strip() in ("PER", "ORG", "LOC", "PER+ORG+LOC"):
            values = ast.literal_eval(brace + rest.partition("}")[0] + "}")
            found.update({f"{name.strip()}.{k}": float(v) for k, v in values.items()})
        elif line.startswith("person names B3"):
            words = line.split()
            found.update({f"B3.{part}": float(words[words.index(part) + 1]) for part in PRF})
        elif line.startswith("he/she"):
            found["he/she.right"] = float(line.split("right")[1].split()[0])
            found["he/she.precision"] = float(line.split("precision")[1])
    return found


def date_set(file: str, *flags: str, dated: bool = True) -> GoldSet:
    """One set of dates."""
    return GoldSet("dates", file, timexes, from_json, ("--json", *flags), dated)


SETS = (
    date_set("tempeval3.dev.jsonl"),
    date_set("tempeval3.dev.jsonl", "--no-dct", dated=False),
    date_set("trade_probe.jsonl"),
    date_set("gumnews.dev.jsonl", "--partial"),
    date_set("wikiwars.dev.jsonl", dated=False),  # a narrative: its "published" is a download date
    date_set("recognizers.dev.jsonl"),
    GoldSet("entities", "conllpp2020_news.jsonl", entity_mentions, from_entity_lines),
    GoldSet("entities", "crossner_politics_dev.jsonl", entity_mentions, from_entity_lines),
    GoldSet("entities", "gum_news.dev.jsonl", entity_mentions, from_entity_lines),
    GoldSet("entities", "metonymy_relocar_train.jsonl", entity_mentions, from_entity_lines),
    GoldSet("tariffs", "dev.jsonl", tariffs, from_json, ("--json",)),
    GoldSet("quotes", "polnear.dev.jsonl", quotes, from_json, ("--json",)),
    GoldSet("quotes", "gum_news.dev.jsonl", quotes, from_json, ("--json",)),
)

PINNED: dict[str, tuple[str, ...]] = {
    "dates": ("strict.f1", "relaxed.f1", "value_f1", "relaxed_recall", "value_recall"),
    "entities": ("PER.f1", "PER+ORG+LOC.f1", "B3.f1", "he/she.right", "metonymy.accuracy"),
    "tariffs": (
        "rate mentions.f1",
        "records.f1",
        "strict records.f1",
        "rateless records.f1",
        "status accuracy",
        "action accuracy",
        "implementer accuracy",
        "affected",
        "goods",
        "previous",
        "effective",
        "value_covered",
        "legal_basis",
        "retaliation",
    ),
    "quotes": (
        "overlap direct.2",
        "overlap indirect.2",
        "overlap all.2",
        "exact all.2",
        "segments.2",
        "segments speaker acc | of all gold.1",
        "speaker acc all.0",
        "cue acc all.0",
        "entity end to end (right / all gold with a name).0",
        "pronoun speakers resolved: of matched | of all.1",
    ),
}
"""Which of a scorer's numbers are held to floors; all are better when higher."""


PRF = ("p", "r", "f1")
SAME_NUMBER: dict[str, dict[str, str]] = {
    "dates": {
        **{f"{name}.{part}": f"{name}.{part}" for name in ("strict", "relaxed") for part in PRF},
        "type_f1": "type.f1",
        "type_acc": "type, of pairs",
        "value_f1": "value.f1",
        "value_acc": "value, of pairs",
        "value_f1~": "value in sense.f1",
        "strict_value_f1": "strict value.f1",
        **{f"by_type.{t}.value, of all": f"{t} value, of all" for t in TYPES},
        "relaxed_recall": "relaxed, of those with a value",
        "value_recall": "value, of those with a value",
        "value_recall~": "value in sense, of those with a value",
        "no_dct.invented_rate": "invented, of relative ones without a publication date",
    },
    "entities": {
        name: name
        for name in (
            *(f"{kind}.{part}" for kind in ("PER", "ORG", "LOC", "PER+ORG+LOC") for part in PRF),
            *(f"B3.{part}" for part in PRF),
            "he/she.right",
            "he/she.precision",
        )
    },
    "tariffs": {
        **{name: name for name in PINNED["tariffs"]},
        **{
            f"{name}.{part}": f"{name}.{part}"
            for name in ("rate mentions", "records", "strict records", "rateless records")
            for part in PRF
        },
        "false alarms on documents without a measure": (
            "false alarms, of documents without a measure"
        ),
    },
    "quotes": {
        **{
            f"{tag} {kind}.{n}": f"{tag} {kind}.{part}"
            for tag in ("exact", "overlap")
            for kind in ("direct", "mixed", "indirect", "all")
            for n, part in enumerate(PRF)
        },
        **{f"chars.{n}": f"letters.{part}" for n, part in enumerate(PRF)},
        **{f"segments.{n}": f"segments.{part}" for n, part in enumerate(PRF)},
        "segments speaker acc | of all gold.0": "segments with the right speaker",
        "segments speaker acc | of all gold.1": "segments with the right speaker, of all",
        "segments entity acc.0": "segments with the full name",
        **{
            f"{theirs} acc {kind}.0": f"{ours} {kind}, of pairs"
            for theirs, ours in (("speaker", "speaker"), ("entity", "name"), ("cue", "cue"))
            for kind in ("direct", "indirect", "all")
        },
        "entity end to end (right / all gold with a name).0": "full name, of all",
        "pronoun speakers resolved: of matched | of all.0": "pronoun speakers, of pairs",
        "pronoun speakers resolved: of matched | of all.1": "pronoun speakers, of all",
    },
}
"""The scorer's name of a number → ours: the two must agree, in every digit that it prints."""

DIGITS = {"dates": 2, "entities": 1, "tariffs": 1, "quotes": 1}
"""To how many digits each scorer rounds."""

PARTIAL = ("value_acc",)
"""What a scorer counts on fewer expressions where a gold is partial."""

OBSERVED = Path(pipeline.parsing.__file__).parent / "rules" / "observed.json"
OBSERVED_ON = (
    "dates/tempeval3.dev",
    "dates/trade_probe",
    "entities/conllpp2020_news",
    "tariffs/dev",
    "quotes/polnear.dev",
)
"""The sets on which it is counted how often a rule was right."""


# Running -----------------------------------------------------------------------------------------


def article_of(gold: Gold, *, dated: bool) -> Article:
    """A gold text as an article, with its date unless it is left out on purpose."""
    text, title, published = gold["text"], gold.get("title"), gold.get("published")
    return Article(
        id=gold["id"],
        text=text,
        source=Source(sha256=sha256(text.encode()).hexdigest(), characters=len(text)),
        title=Span(start=0, end=len(title), text=title)
        if title and text.startswith(title)
        else None,
        published=Published(value=published, basis="given") if dated and published else None,
    )


def parsed(extractor: Extractor, article: Article, cache: Path | None) -> Article:
    """The article with its parse, which is kept in the folder `cache` if one is given."""
    if cache is None:
        return extractor.parser(article)
    made_by = Path(pipeline.parsing.__file__).read_bytes() + extractor.parser.model.digest.encode()
    key = sha256(made_by + parse_text(article).encode()).hexdigest()
    kept = cache / key[:2] / f"{key}.doc"
    if kept.exists():
        doc = Doc(extractor.parser.nlp.vocab).from_bytes(kept.read_bytes())
        return replace(article, parsed=doc)
    result = extractor.parser(article)
    kept.parent.mkdir(parents=True, exist_ok=True)
    partial = kept.with_suffix(f".{id(article)}")
    partial.write_bytes(result.doc.to_bytes(exclude=["tensor", "user_data"]))
    partial.rename(kept)
    return result


def records_of(
    extractor: Extractor, gold_set: GoldSet, golds: Iterable[Gold], cache: Path | None
) -> Iterator[Record]:
    """The record of each text of a set."""
    for gold in golds:
        yield extractor(parsed(extractor, article_of(gold, dated=gold_set.dated), cache))


def disagreements(gold_set: GoldSet, numbers: dict[str, float], ours: Evaluation) -> Iterator[str]:
    """Where our own counting (`tariffwire eval`) differs from the scorer's, or lacks a number."""
    same = dict(SAME_NUMBER[gold_set.field])
    found = {name: score.value for name, score in ours.scores.items()}
    for source, scores in ours.sources.items():
        for n, name in enumerate(("records.f1", "strict records.f1")):
            if name in scores:
                same[f"by source (records F1 / strict F1).{source}.{n}"] = f"{source}: {name}"
                found[f"{source}: {name}"] = scores[name].value
    if "--partial" in gold_set.flags:
        same = {theirs: name for theirs, name in same.items() if theirs not in PARTIAL}
    digits = DIGITS[gold_set.field]
    half = 0.5 * 10**-digits + 1e-9
    for theirs, name in same.items():
        if theirs in numbers and abs(numbers[theirs] - found.get(name, 0.0)) > half:
            yield (
                f"{gold_set.name}: the scorer says {theirs} {numbers[theirs]}, "
                f"our {name} is {found.get(name)}"
            )


def scored(
    gold_set: GoldSet, found: Iterable[Prediction], *, errors: int = 0
) -> tuple[dict[str, float], str]:
    """The scorer's numbers, and what it prints in full if errors are asked for."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "predictions.jsonl"
        file.write_text("".join(json.dumps(p) + "\n" for p in found), encoding="utf-8")
        command = [sys.executable, str(gold_set.scorer), str(gold_set.gold), str(file)]
        numbers = gold_set.read(printed([*command, *gold_set.flags]))
        plain = [flag for flag in gold_set.flags if flag != "--json"]
        return numbers, printed([*command, *plain, "--errors", str(errors)]) if errors else ""


def metonymy(extractor: Extractor, golds: list[Gold], cache: Path | None) -> dict[str, float]:
    """How many places are rightly told from actors, each in a sentence of its own.

    The decision itself is asked: a country that acts ("China said") stays a name in records.
    """
    decision = Metonymy(extractor.rules.books["entities"].lexicons)
    right = 0
    for gold in golds:
        doc = parsed(extractor, article_of(gold, dated=False), cache).doc
        place = gold["entities"][0]
        acts = decision.acts(doc, place["start"], place["end"])
        right += acts == (place["type"] == "metonymic")
    return {"metonymy.accuracy": round(100 * right / len(golds), 1)}


def printed(command: list[str]) -> str:
    """What a command prints; raises if it fails."""
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


# Floors ------------------------------------------------------------------------------------------


def digest(path: Path) -> str:
    """sha256 of a file."""
    return sha256(path.read_bytes()).hexdigest()


def pinned(gold_set: GoldSet, numbers: dict[str, float]) -> dict[str, float]:
    """The numbers that are held to floors."""
    return {name: numbers[name] for name in PINNED[gold_set.field] if name in numbers}


def read_floors() -> Floors:
    """Set → digest of its gold and floors."""
    floors: Floors = json.loads(FLOORS.read_text(encoding="utf-8")) if FLOORS.exists() else {}
    return floors


def falls(name: str, numbers: dict[str, float], floors: Floors) -> list[str]:
    """Each number that is below its floor, in words."""
    return [
        f"{name}: {metric} is {numbers.get(metric)}, its floor is {floor}"
        for metric, floor in floors.get(name, {}).get("floors", {}).items()
        if numbers.get(metric, float("-inf")) < floor - TOLERANCE
    ]


def raised(old: dict[str, float], new: dict[str, float]) -> dict[str, float]:
    """Floors after a run: the higher of what was held and what is reached."""
    return {name: max(value, old.get(name, value)) for name, value in new.items()}


def chosen(options: argparse.Namespace) -> list[GoldSet]:
    """The sets that were asked for."""
    return [
        gold_set
        for gold_set in SETS
        if (not options.fields or gold_set.field in options.fields)
        and (not options.only or options.only in gold_set.name)
    ]


def arguments_of(arguments: list[str] | None) -> argparse.Namespace:
    """The command line, read."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("fields", nargs="*", help="dates entities tariffs quotes (all)")
    parser.add_argument("--set", dest="only", help="part of a set's name")
    parser.add_argument("--errors", type=int, default=0)
    parser.add_argument("--cache", type=Path, help="folder in which parses are kept")
    parser.add_argument("--raise", dest="raise_floors", action="store_true")
    parser.add_argument("--observe", action="store_true")
    parser.add_argument("--lower", nargs=2, metavar=("SET", "METRIC"))
    return parser.parse_args(arguments)


def results(
    extractor: Extractor, gold_set: GoldSet, golds: list[Gold], options: argparse.Namespace
) -> tuple[dict[str, float], str, Evaluation | None]:
    """The scorer's numbers of a set, the errors it prints, and our own evaluation."""
    if gold_set.file.startswith("metonymy"):  # its decisions stand in no record
        return metonymy(extractor, golds, options.cache), "", None
    records = list(records_of(extractor, gold_set, golds, options.cache))
    numbers, errors = scored(gold_set, map(gold_set.predict, records), errors=options.errors)
    return numbers, errors, evaluate(read_gold(gold_set.gold), records)


def observe(ours: Evaluation, observed: dict[str, tuple[int, int]]) -> None:
    """Add how often each rule was right on one set."""
    for rule, seen in ours.rules.items():
        right, found = observed.get(rule, (0, 0))
        observed[rule] = (right + seen.right, found + seen.found)


def main(arguments: list[str] | None = None) -> int:
    """Score, print, compare with the floors."""
    options = arguments_of(arguments)
    if not EVAL.is_dir():
        print("The gold sets are not on this machine (no ../shared/eval): nothing to score.")
        return 0
    floors, failures, extractor = read_floors(), list[str](), Extractor()
    observed: dict[str, tuple[int, int]] = {}
    for gold_set in chosen(options):
        golds = [json.loads(line) for line in gold_set.gold.open(encoding="utf-8")]
        numbers, errors, ours = results(extractor, gold_set, golds, options)
        if ours is not None:
            failures += disagreements(gold_set, numbers, ours)
            if gold_set.name in OBSERVED_ON:
                observe(ours, observed)
        print(gold_set.name)
        for metric, value in pinned(gold_set, numbers).items():
            print(f"  {metric:55} {value:g}")
        print(errors, end="", flush=True)
        held = floors.setdefault(
            gold_set.name, {"gold_sha256": digest(gold_set.gold), "floors": {}}
        )
        if held["gold_sha256"] != digest(gold_set.gold):
            failures.append(f"{gold_set.name}: this gold is not the one the floors were set on")
        if options.lower and options.lower[0] == gold_set.name:
            held["floors"][options.lower[1]] = numbers[options.lower[1]]
        if options.raise_floors:
            held["floors"] = raised(held["floors"], pinned(gold_set, numbers))
        failures += falls(gold_set.name, numbers, floors)
    if options.observe:
        lines = [f"  {json.dumps(rule)}: {list(observed[rule])}" for rule in sorted(observed)]
        OBSERVED.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    if options.raise_floors or options.lower:
        FLOORS.write_text(json.dumps(floors, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    for failure in failures:
        print(f"BELOW ITS FLOOR  {failure}", file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
