"""The forms that the index's tables went through, oldest first."""
