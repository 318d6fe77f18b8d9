"""What the sample world knows by name; a label's place is its class number."""

LABELS = ("person", "bicycle", "motorcycle", "car", "van", "bus", "truck", "bag")
VEHICLES = frozenset(("bicycle", "motorcycle", "car", "van", "bus", "truck"))
