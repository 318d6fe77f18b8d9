"""Videos that the project draws for itself, with the truth about what happens in them."""
