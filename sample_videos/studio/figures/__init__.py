"""What moves in a scene: people, their clothes and bags, and everything on wheels."""
