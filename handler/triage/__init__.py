"""Triage: how a report is assessed. The rules are plain functions over plain values; reputation is an input to none."""
