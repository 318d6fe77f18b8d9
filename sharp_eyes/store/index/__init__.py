"""The event index: what became visible, ready to be asked; SQLite or PostgreSQL."""
