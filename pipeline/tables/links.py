"""Addresses that open the live article at the words that prove a value."""

from __future__ import annotations

from urllib.parse import quote

WORDS_AT_ENDS = 5
LONGEST_WHOLE = 200
"""Characters. What is longer is named by its first and last words, as browsers do it."""


def link_to(url: str | None, words: str) -> str | None:
    """`url` with a text fragment (`#:~:text=`), or null where there is no web address.

    Source: WICG, URL Fragment Text Directives. A whole text matches only within one block of the
    page, a text given by its ends may go over several.
    """
    if url is None or not url.startswith(("http://", "https://")):
        return None
    directive = text_directive(words)
    if not directive:
        return url
    return f"{url}{':~:' if '#' in url else '#:~:'}{directive}"


def text_directive(words: str) -> str:
    """`text=whole` or `text=first words,last words`; empty for white space."""
    parts = words.split()
    if not parts:
        return ""
    whole = " ".join(parts)
    if len(parts) <= 2 * WORDS_AT_ENDS or (len(whole) <= LONGEST_WHOLE and "\n" not in words):
        return f"text={encoded(whole)}"
    first, last = " ".join(parts[:WORDS_AT_ENDS]), " ".join(parts[-WORDS_AT_ENDS:])
    return f"text={encoded(first)},{encoded(last)}"


def encoded(words: str) -> str:
    """Percent-encoded, the hyphen too: it marks context in a directive."""
    return quote(words, safe="").replace("-", "%2D")
