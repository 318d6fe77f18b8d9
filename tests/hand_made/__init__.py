"""Clips that tests make themselves, whose answers are known."""
