"""A small T5 that was trained on demand histories instead of words."""
