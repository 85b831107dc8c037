"""Sales written as text and continued by a language model: to be compared with, seldom to be used."""
