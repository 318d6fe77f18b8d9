"""How good events are: the truth about a clip, and the match of events against it."""
