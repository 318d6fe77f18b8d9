"""How a scene becomes a picture: lens, light, drawing, sensor and faults; and what shows in it."""
