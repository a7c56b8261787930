"""Finds copies among articles, as newspapers print agency copy, so that they count once."""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np
from datasketch import MinHash, MinHashLSH

WORDS_OF_A_SHINGLE = 5
PERMUTATIONS = 128
SCHEME = "affine32"
"""How hash values are permuted; stored ones can only be compared with their like."""
ALIKE = 0.5
"""Share of word sequences that two copies have in common, one of them cut or with a new lead. Two
reports of one event, written by two people, share some percent: names and quotations."""
WORD = re.compile(r"\w+")


def copies(texts: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Which article each copy is a copy of.

    Args:
        texts: Id and text of the articles, in the order in which they were published.

    Returns:
        Id of a copy → id of the first article like it. Originals are not in it.
    """
    return copies_by_fingerprint((id, fingerprint_of(text)) for id, text in texts)


def copies_by_fingerprint(articles: Iterable[tuple[str, MinHash | None]]) -> dict[str, str]:
    """The same, of fingerprints that were taken before."""
    index = MinHashLSH(threshold=ALIKE, num_perm=PERMUTATIONS)
    originals: dict[str, tuple[int, MinHash]] = {}
    first: dict[str, str] = {}
    for id, fingerprint in articles:
        if fingerprint is None:
            continue
        alike = [
            other
            for other in index.query(fingerprint)
            if originals[other][1].jaccard(fingerprint) >= ALIKE
        ]
        if alike:
            first[id] = min(alike, key=lambda other: originals[other][0])
        else:
            index.insert(id, fingerprint)
            originals[id] = (len(originals), fingerprint)
    return first


def fingerprint_of(text: str) -> MinHash | None:
    """MinHash of the word sequences of a text, or null where it has too few to tell."""
    words = WORD.findall(text.casefold())
    shingles = {
        " ".join(words[i : i + WORDS_OF_A_SHINGLE]).encode()
        for i in range(len(words) - WORDS_OF_A_SHINGLE + 1)
    }
    if len(shingles) < WORDS_OF_A_SHINGLE:
        return None
    fingerprint = MinHash(num_perm=PERMUTATIONS, scheme=SCHEME)
    fingerprint.update_batch(sorted(shingles))
    return fingerprint


def stored(fingerprint: MinHash) -> bytes:
    """A fingerprint as bytes, for `restored`."""
    return bytes(np.asarray(fingerprint.hashvalues, dtype="<u4").tobytes())


def restored(fingerprint: bytes) -> MinHash:
    """A fingerprint from what `stored` made of it."""
    values = np.frombuffer(fingerprint, dtype="<u4")
    return MinHash(num_perm=PERMUTATIONS, hashvalues=values, scheme=SCHEME)
