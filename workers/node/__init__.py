"""The node process: one per machine, owner of the journal, shipper of what workers said and kept."""
