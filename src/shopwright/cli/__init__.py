"""The terminal: thin commands over the library."""
