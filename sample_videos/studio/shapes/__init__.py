"""Triangles and what they are made of: transforms, meshes, solids, materials."""
