"""Records as pictures and as one page: the report that opens offline, and charts for papers."""
