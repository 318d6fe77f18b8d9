"""From a source to frames worth looking at, and from its packets to clips."""
