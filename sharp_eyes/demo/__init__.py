"""The demonstration: everything once on a clip, or everything at once as a farm on this machine."""
