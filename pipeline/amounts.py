"""Reads amounts as news writes them: percents, money, counts of goods, number words, ranges.

For every stage that needs a number. Which currencies, magnitudes and units there are stands in
`rules/amounts.yaml`; a rule file that says `uses: [amounts]` has these lexicons and the atoms
`{{digits}} {{number-in-words}} {{percent}} {{percentage}}`, and its book makes a reader:

    reader = AmountReader(book)                       # once, in the stage's constructor
    reader.find("C$2.6 billion to C$3 billion of canola")
    # [Amount(start=0, end=28, value=2.6e9, upper=3e9, unit="currency", currency="CAD", …)]
    reader.read("4.29 dlrs a barrel")                 # the text is one amount, or None
    reader.find(article.body, start, end, bare=True)  # numbers without a unit too ("545 products")

What is said once counts for the whole list: in "10 and 15 percent" and "from seven to 3.5 pct" both
numbers are percents. "5 to 10 percent" and "between $2 and $3 billion" are one amount with an upper
end; "from 5 to 10 percent" is two, because it is mostly a change ("ranging from" makes it a range).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise
from typing import Any

import regex

from pipeline.compiled import compiled
from pipeline.findings import Operator
from pipeline.rulebook import Rulebook

LOOK_BACK = 40
"""Characters before an amount in which "more than", "an estimated" or "ranging from" may stand."""

AMOUNT = r"""
(?= [\d$€£¥₹₩₽₺₫฿₱₦₪₴.½¼¾−-]                      # cheap: how an amount can begin
  | (?<! \w ) (?: [A-Z.]{1,4} [$\d] | {{currency-signs}} \s?+ \d
               | {{number-words}} \b | (?: an? | half | minus ) \s ) )
(?<! [\w$€£¥₹.,/] | [A-Za-z] [-‑] )                # no part of a word, a code, another number
(?: (?P<minus> (?<! [^\s(] ) [-−] | \b minus \s ) )?+
(?: (?P<sign> (?-i: {{currency-signs}} ) ) \s?+ )?+
(?: (?P<digits> {{digits}} ) | (?P<words> {{number-in-words}} ) )
(?P<letter> (?(sign) [kmbt] \b | [km] (?= \s* (?: {{count-units}} ) \b ) ) )?+
(?: (?: \s++ | - )?+ (?P<magnitude> {{magnitudes}} ) \b )?+
(?: (?: \s++ | - )?+
    (?: (?P<points> {{point-words}} ) (?! \w )
      | (?P<percent> {{percent}} )
      | (?P<hundredths> {{currency-hundredths}} ) \b
      | (?P<weight> {{count-units}} ) (?= \s+ of \b )
      | (?P<money> {{currency-words}} ) (?! \w )
      | (?P<counted> {{count-units}} ) (?! \w ) ) )?+
(?: (?: \s+ (?: an? | per | each ) \s+ | \s?/\s? | -a- | -per- ) (?P<per> {{count-units}} ) )?+
(?! \w )
"""

PART_OF_WHOLE = r"""
(?<! \b (?: first | second | third | fourth | latter | last | other | next | final ) [\s-] )
\b (?: (?P<fraction> {{fractions}} )
       (?= \s+ (?: of | the | its | their | all ) \s+ (?! an?\s | \d ) )
     | (?<= \b by \s ) (?P<fraction> {{fractions}} ) \b )
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """One amount in a text: half-open offsets, and what it says.

    `unit` is `percent`, `percentage-point`, `basis-point`, `currency`, a price per unit
    (`USD/barrel`), what is counted (`tonnes`), or None for a bare number. `currency` is ISO 4217,
    or None where the text leaves it open ("pesos"). `lead` is where the words of the bound begin
    ("more than" in "more than $2 billion"), else `start`.
    """

    start: int
    end: int
    value: float
    upper: float | None = None
    unit: str | None = None
    currency: str | None = None
    operator: Operator = "="
    lead: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One number with its own words, before it shares those of its neighbours."""

    start: int
    end: int
    number: Decimal
    magnitude: Decimal | None
    unit: str | None
    currency: str | None
    in_words: bool

    @property
    def value(self) -> float:
        """The number at its magnitude."""
        return float(self.number * (self.magnitude or 1))

    @property
    def is_like_a_year(self) -> bool:
        """Whether it can be a year, and so must not take a unit from its neighbour."""
        return self.unit is None and self.magnitude is None and 1800 <= self.number < 2100


class AmountReader:
    """Finds and reads amounts with the words of a rulebook that uses `amounts`."""

    def __init__(self, book: Rulebook) -> None:
        words = {name: _lower(lexicon) for name, lexicon in book.lexicons.items()}
        self.signs = book.lexicons["currency-signs"]
        self.currencies = words["currency-words"]
        self.ambiguous = words["ambiguous-currency-words"]
        self.hundredths = words["currency-hundredths"]
        self.magnitudes = words["magnitudes"]
        self.letters = words["magnitude-letters"]
        self.points = words["point-words"]
        self.units = words["count-units"]
        self.numbers = words["number-words"]
        self.fractions = words["fractions"]
        self.bounds = {**words["bounds"], **words["bounds-after"]}
        self.amount = compiled(book.regex(AMOUNT))
        self.part = compiled(book.regex(PART_OF_WHOLE))
        self.bound_before = compiled(book.regex(r"\b (?P<bound> {{bounds}} ) \s* $"))
        self.bound_after = compiled(book.regex(r"\s+ (?P<bound> {{bounds-after}} ) \b"))
        self.change_before = compiled(book.regex(r"\b {{change-words}} \s+ $"))

    def find(
        self, text: str, start: int = 0, end: int | None = None, *, bare: bool = False
    ) -> list[Amount]:
        """The amounts in `[start, end)` of a text, in order; `bare`: numbers without unit too."""
        end = len(text) if end is None else end
        pieces = [self._piece(m) for m in self.amount.finditer(text, start, end)]
        joints = [self._joint(text, a, b) for a, b in pairwise(pieces)]
        amounts = self._amounts(text, sharing(pieces, joints), joints)
        taken = [(a.start, a.end) for a in amounts]
        amounts += [
            self._bounded(text, amount)
            for m in self.part.finditer(text, start, end)
            if all(m.end() <= s or e <= m.start() for s, e in taken)
            for amount in [self._fraction(m)]
        ]
        return sorted((a for a in amounts if bare or a.unit is not None), key=lambda a: a.start)

    def read(self, words: str) -> Amount | None:
        """The one amount that a text is (its bound may stand before it), or None."""
        match self.find(words, bare=True):
            case [amount] if not (words[: amount.lead] + words[amount.end :]).strip():
                return amount
        return None

    def number_of(self, words: str) -> Decimal:
        """The value of digits ("3,521.8", "5-1/2", "2½") or of number words ("twenty-five")."""
        plain = words.lower().replace(",", "").replace("‑", "-")
        for sign, part in (("½", "-1/2"), ("¼", "-1/4"), ("¾", "-3/4")):
            plain = plain.replace(sign, part)
        if plain[:1].isdigit() or plain[:1] in "-.":
            whole, _, part = plain.replace(" ", "-").rpartition("-")
            top, slash, bottom = part.partition("/")
            fraction = Decimal(top) / Decimal(bottom) if slash else Decimal(part)
            return fraction + Decimal(whole or 0)
        total = Decimal(0)
        for word in plain.replace("-", " ").split():
            if word == "hundred":
                total *= 100
            elif word == "half":
                total += Decimal("0.5")
            elif word in self.numbers:
                total += int(self.numbers[word])
        return total + 1 if plain in ("a", "an") else total

    def _piece(self, m: regex.Match[str]) -> Piece:
        said = {name: " ".join(words.split()) for name, words in m.groupdict().items() if words}
        number = self.number_of(said.get("digits") or said["words"])
        magnitude = None
        if "magnitude" in said:
            magnitude = Decimal(self.magnitudes[said["magnitude"].lower()])
        elif "letter" in said:
            magnitude = Decimal(self.letters[said["letter"].lower()])
        is_large = magnitude is not None or "," in said.get("digits", "")
        unit, currency = self._unit(said, is_large=is_large)
        end = m.end()
        if unit is None:  # "10 won", "5 a unit"
            end = max(m.end(group) for group in NUMBER_GROUPS)
        elif "per" in said and "/" not in unit:  # "25 percent a unit"
            end = max(m.end(group) for group in UNIT_GROUPS)
        if "hundredths" in said:
            number /= 100
        return Piece(
            start=m.start(),
            end=end,
            number=-number if "minus" in said else number,
            magnitude=magnitude,
            unit=unit,
            currency=currency,
            in_words="words" in said,
        )

    def _unit(self, said: Mapping[str, str], *, is_large: bool) -> tuple[str | None, str | None]:
        """Unit and currency; a common word ("won") needs a large number before it."""
        if "percent" in said:
            return "percent", None
        if "points" in said:
            return self.points[said["points"].lower()], None
        counted = said.get("weight") or said.get("counted")
        if counted and "sign" not in said:
            return self.units[counted.lower()], None
        money = said.get("money", "").lower()
        if money in self.ambiguous and not is_large:
            money = ""
        if not (money or "sign" in said or "hundredths" in said):
            return None, None
        if "sign" in said:
            currency = self.signs[said["sign"]]
        elif money:
            currency = self.currencies[money]
        else:
            currency = self.hundredths[said["hundredths"].lower()]
        if "per" in said:
            per = str(self.units[said["per"].lower()]).removesuffix("s")
            return f"{currency or 'currency'}/{per}", currency
        return "currency", currency

    def _joint(self, text: str, a: Piece, b: Piece) -> str:
        """What joins two pieces: `range list from`, or nothing."""
        between = " ".join(text[a.end : b.start].lower().split())
        tight = text[a.end : b.start] == between
        before = text[max(0, a.start - LOOK_BACK) : a.start].lower().split()
        after_from = before[-1:] == ["from"]
        if between in ("-", "‑") and tight:
            return "range"
        if between in ("to", "–", "—"):
            if after_from:
                is_range = len(before) > 1 and before[-2] in SPREAD_VERBS
                return "range" if is_range else "from"
            both_full = a.unit is not None and b.unit is not None
            changed = self.change_before.search(text, max(0, a.start - LOOK_BACK), a.start)
            return "list" if both_full and changed else "range"
        if between == "and" and before[-1:] == ["between"]:
            return "range"
        if between == "from":
            return "from"
        return "list" if between in LIST_JOINTS else ""

    def _amounts(self, text: str, pieces: Sequence[Piece], joints: Sequence[str]) -> list[Amount]:
        amounts: list[Amount] = []
        position = 0
        while position < len(pieces):
            piece = pieces[position]
            amount = _amount_of(piece)
            if joints[position : position + 1] == ["range"]:
                other = pieces[position + 1]
                same = (piece.unit, piece.currency) == (other.unit, other.currency)
                if same and piece.unit is not None and piece.value < other.value:
                    amount = replace(amount, end=other.end, upper=other.value, operator="range")
                    position += 1
            position += 1
            if not (piece.in_words and piece.unit is None and piece.magnitude is None):
                amounts.append(self._bounded(text, amount))
        return amounts

    def _bounded(self, text: str, amount: Amount) -> Amount:
        """The amount with the bound that stands before or after it."""
        if amount.operator == "range":
            return amount
        first = max(0, amount.start - LOOK_BACK)
        if m := self.bound_before.search(text, first, amount.start):
            return replace(amount, operator=self.bounds[_key(m["bound"])], lead=m.start())
        if m := self.bound_after.match(text, amount.end):
            return replace(amount, operator=self.bounds[_key(m["bound"])])
        return amount

    def _fraction(self, m: regex.Match[str]) -> Amount:
        value = float(self.fractions[_key(m["fraction"])])
        return Amount(start=m.start(), end=m.end(), lead=m.start(), value=value, unit="percent")


NUMBER_GROUPS = ("digits", "words", "letter", "magnitude")
UNIT_GROUPS = ("points", "percent", "hundredths", "weight", "money", "counted")
SPREAD_VERBS = frozenset({"ranging", "range", "ranged", "ranges", "varying", "vary", "anywhere"})
LIST_JOINTS = frozenset({",", "and", "or", ", and", ", or", "/"})


def sharing(pieces: Sequence[Piece], joints: Sequence[str]) -> list[Piece]:
    """The pieces with the unit, currency and magnitude that their list or range says only once."""
    shared = list(pieces)
    for i, joint in enumerate(joints):
        if joint:
            shared[i + 1] = _taking_from_left(shared[i], shared[i + 1], is_from=joint == "from")
    joined = False
    for i in range(len(joints) - 1, -1, -1):
        comma_only = joints[i] == "list" and shared[i + 1].start - shared[i].end <= len(", ")
        joined = bool(joints[i]) and (joined or not comma_only)
        if joined:
            shared[i] = _taking_from_right(shared[i], shared[i + 1])
    return shared


def _taking_from_left(left: Piece, piece: Piece, *, is_from: bool) -> Piece:
    """The second of "$2-3 billion", "20 pct from seven", "4 dlrs a barrel from 3 dlrs"."""
    if piece.unit is None and piece.magnitude and left.unit == "currency":
        return replace(piece, unit=left.unit, currency=left.currency)
    is_elided = piece.unit is None and piece.magnitude is None and not piece.is_like_a_year
    is_price = piece.unit == "currency" and piece.currency == left.currency
    if is_from and left.unit and (is_elided or is_price):
        return replace(piece, unit=left.unit, currency=left.currency)
    return piece


def _taking_from_right(piece: Piece, right: Piece) -> Piece:
    if piece.is_like_a_year or right.unit is None:
        return piece
    is_in_one_list = piece.magnitude is None or right.unit != "percent"
    if piece.unit is None and is_in_one_list:
        piece = replace(piece, unit=right.unit, currency=right.currency)
    same = (piece.unit, piece.currency) == (right.unit, right.currency)
    if same and piece.magnitude is None and right.magnitude and piece.number < 1000:
        piece = replace(piece, magnitude=right.magnitude)
    return piece


def _amount_of(piece: Piece) -> Amount:
    return Amount(
        start=piece.start,
        end=piece.end,
        lead=piece.start,
        value=piece.value,
        unit=piece.unit,
        currency=piece.currency,
    )


def _key(words: str) -> str:
    return " ".join(words.lower().split())


def _lower(lexicon: Mapping[str, Any]) -> dict[str, Any]:
    return {word.lower(): known for word, known in lexicon.items()}
