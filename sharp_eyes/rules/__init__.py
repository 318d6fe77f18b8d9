"""What may raise an event: one module per kind of rule, and the engine that runs the rules of one camera."""
