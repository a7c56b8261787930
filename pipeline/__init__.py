"""tariffwire: who put what tariff on whose goods, read from news articles, with the proof."""

__version__ = "0.1.0"
