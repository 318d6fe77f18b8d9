"""The HTTP interface: routes by noun, schemas, the clerk."""
