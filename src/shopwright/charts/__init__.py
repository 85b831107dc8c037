"""Charts: one function each, data in, Altair chart out; texts in the language in force."""
