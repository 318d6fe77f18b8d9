"""The clerk: the one process that keeps the stores in order, minute by minute."""
