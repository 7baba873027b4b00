"""The parts that the page of experiments is made of."""
