"""The routes of the HTTP interface, a module per noun."""
