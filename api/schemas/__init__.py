"""The answers of the HTTP interface as pydantic models: a module per noun."""
