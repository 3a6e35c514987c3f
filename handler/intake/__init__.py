"""Sealed envelopes become cases, in the session of a person with intake."""
