"""Writes the measured figures into the card of the rules and the model, `pipeline/CARD.md`.

    python -m tests.card

The figures are the floors of `scores.json`, so the card says nothing that `tests.score` does not
hold. What others reach on the same sets was measured with the same scorers; where it was measured
on the set's other half, the card says so.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

CARD = Path(__file__).parents[1] / "pipeline" / "CARD.md"
SCORES = Path(__file__).with_name("scores.json")
BEGIN, END = "<!-- figures: written by python -m tests.card -->\n", "<!-- end of figures -->\n"


class Row(NamedTuple):
    """One line of the card: what was measured, where, and what the best other system reaches."""

    what: str
    gold: str
    metric: str
    others: str = ""


TEMPEVAL, PROBE = "dates/tempeval3.dev", "dates/trade_probe"
WIKIWARS, GUMNEWS = "dates/wikiwars.dev+undated", "dates/gumnews.dev+partial"
CONLL, GUM = "entities/conllpp2020_news", "entities/gum_news.dev"
TARIFFS, POLNEAR = "tariffs/dev", "quotes/polnear.dev"

ROWS = (
    Row("dates, span exact, F1", TEMPEVAL, "strict.f1", "84.1 HeidelTime"),
    Row("dates, span overlapping, F1", TEMPEVAL, "relaxed.f1", "92.1 HeidelTime"),
    Row("dates, span and value, F1", TEMPEVAL, "value_f1", "77.4 HeidelTime"),
    Row("dates in trade news, span and value, F1", PROBE, "value_f1", "80.3 HeidelTime"),
    Row("dates in histories, span and value, F1", WIKIWARS, "value_f1", "81.4 HeidelTime (a)"),
    Row("dates in web news, recall", GUMNEWS, "relaxed_recall", "95.0 HeidelTime (a)"),
    Row("dates in web news, recall with value", GUMNEWS, "value_recall", "82.4 HeidelTime (a)"),
    Row("people, F1", CONLL, "PER.f1", "85.6 prototype on the same model"),
    Row(
        "people, organisations, places, F1",
        CONLL,
        "PER+ORG+LOC.f1",
        "81.0 prototype on the same model",
    ),
    Row("names of one person together, B³ F1", GUM, "B3.f1", "93.2 Gender Gap Tracker (b)"),
    Row("he and she, right person of all", GUM, "he/she.right", "58.4 coreferee's rules"),
    Row(
        "place or government, accuracy",
        "entities/metonymy_relocar_train",
        "metonymy.accuracy",
        "84 PreWin, published (a)",
    ),
    Row("rates of border charges, F1", TARIFFS, "rate mentions.f1", "77.8 keywords (c)"),
    Row("measures, F1", TARIFFS, "records.f1", "55.5 keywords (c)"),
    Row("measures with rate and both parties, F1", TARIFFS, "strict records.f1", "10.3 keywords"),
    Row("measures without a rate, F1", TARIFFS, "rateless records.f1", "0 keywords"),
    Row("status, accuracy", TARIFFS, "status accuracy", "46.5 keywords"),
    Row("action, accuracy", TARIFFS, "action accuracy"),
    Row("implementer, accuracy", TARIFFS, "implementer accuracy"),
    Row("affected, F1", TARIFFS, "affected"),
    Row("goods, F1", TARIFFS, "goods"),
    Row("rate before, F1", TARIFFS, "previous"),
    Row("day it takes effect, F1", TARIFFS, "effective"),
    Row("value covered, F1", TARIFFS, "value_covered"),
    Row("legal basis, F1", TARIFFS, "legal_basis"),
    Row("retaliation, F1", TARIFFS, "retaliation"),
    Row("quotations in marks, F1", POLNEAR, "overlap direct.2", "74.6 best of five (a)"),
    Row("quotations without marks, F1", POLNEAR, "overlap indirect.2", "55.9 best of five (a)"),
    Row(
        "quoted parts with the right speaker, of all",
        POLNEAR,
        "segments speaker acc | of all gold.1",
        "68.4 best of five (a)",
    ),
    Row(
        "speaker's full name, of all",
        POLNEAR,
        "entity end to end (right / all gold with a name).0",
        "32.4 best of five (a)",
    ),
)


def figures() -> str:
    """The table, one line a figure, from the floors."""
    floors = json.loads(SCORES.read_text(encoding="utf-8"))
    lines = ["| what | set | tariffwire | others |", "|---|---|---|---|"]
    for row in ROWS:
        ours = floors[row.gold]["floors"][row.metric]
        lines.append(f"| {row.what} | {row.gold.split('/')[1]} | {ours:.1f} | {row.others} |")
    return "\n".join(lines) + "\n"


def with_figures(card: str) -> str:
    """The card with the table between its two marks renewed."""
    before, rest = card.split(BEGIN)
    return f"{before}{BEGIN}\n{figures()}\n{END}{rest.split(END)[1]}"


if __name__ == "__main__":
    CARD.write_text(with_figures(CARD.read_text(encoding="utf-8")), encoding="utf-8")
