"""Fitting models to a shop's own texts, with the `train` extra: encoders to its labels, small models to its answers.

    tuning.encoder.tune(texts, labels, folder="models/tickets")      # then encoder("models/tickets/encoder")
    tuning.answers.tune(pairs, base="…", folder="models/answers")    # then answers.answer(folder, question)

Nothing here imports torch before a function is called.
"""
