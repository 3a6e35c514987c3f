"""Acts on a case that take two kinds of people: legal hold, destruction at the end, an auditor reading one case."""
