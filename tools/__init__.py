"""Programs for those who work on the project: deriving data, checking content, measuring."""
