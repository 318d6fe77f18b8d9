"""The only door to what lasts: journal, object storage, index, history, registry, models."""
