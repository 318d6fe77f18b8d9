"""Training: the studio's pictures on disk, the network that learns from them, and how well it does."""
