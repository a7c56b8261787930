"""The stages in running order: the table of contents of the program."""

from __future__ import annotations

from pipeline.stage import Stage
from pipeline.stages.dates import Dates
from pipeline.stages.entities import Entities
from pipeline.stages.figures import Figures
from pipeline.stages.quotes import Quotes
from pipeline.stages.references import References
from pipeline.stages.tariffs import Tariffs

STAGES: tuple[type[Stage], ...] = (Entities, Dates, Quotes, References, Tariffs, Figures)
