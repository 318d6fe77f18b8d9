"""The steps by which the registry's tables came to their present form."""
