"""Records as tables: read back from a folder, flat, and written in the formats analysts open."""

from pipeline.tables.loading import RecordFault, Records, load

__all__ = ["RecordFault", "Records", "load"]
