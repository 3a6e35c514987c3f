"""The demonstration: invented cases, made through the same functions as real ones. What happens stands in `plans`."""
