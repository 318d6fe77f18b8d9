"""The only door to what lasts: so far the cards of the models."""
