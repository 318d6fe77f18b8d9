"""The sample world: scenes before a camera, rendered with their exact truth. Metres, z up, floor at 0."""
