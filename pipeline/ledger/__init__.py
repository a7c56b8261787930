"""Measures across articles: the claims of many records brought together, side by side."""

from pipeline.ledger.ledger import Ledger, Measure, ledger_of

__all__ = ["Ledger", "Measure", "ledger_of"]
