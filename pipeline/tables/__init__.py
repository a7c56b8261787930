"""Records as tables: read back from a folder, flat, and written in the formats analysts open."""

from pipeline.tables.loading import RecordFault, Records, load, read_record

__all__ = ["RecordFault", "Records", "load", "read_record"]
