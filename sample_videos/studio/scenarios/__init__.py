"""Who does what before a camera: one module for each kind of scenario, and what they share."""
