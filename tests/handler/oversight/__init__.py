"""Tests of handler.oversight."""
