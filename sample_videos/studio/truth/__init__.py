"""What must be said of a scene, and what must not: computed from exact boxes, without a picture."""
