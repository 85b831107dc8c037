"""How the small T5 that has read demand is made: worlds to learn from, training, evaluation, export."""
