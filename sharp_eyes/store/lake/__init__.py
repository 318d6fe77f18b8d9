"""The history: Delta tables in object storage, filled from the index each minute, read when it is old."""
