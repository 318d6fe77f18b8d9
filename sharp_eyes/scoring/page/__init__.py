"""A score as one page that works from a file: no network, no script."""
