"""Safeguarding of children and adults: a referral from any state, with a clock of its own."""
