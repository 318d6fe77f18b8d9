"""Detectors and trackers: ports, model cards, decoders of each family, adapters."""
