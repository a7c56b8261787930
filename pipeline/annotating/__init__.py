"""Records out to annotation tools, for correction by hand, and back as gold."""
