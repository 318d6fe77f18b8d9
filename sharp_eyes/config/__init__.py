"""Cameras and rules as people write them: TOML files, strictly parsed."""
