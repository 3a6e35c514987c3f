"""The protocol of Candour: bytes in, bytes out. No input or output, no clock, no framework. SPEC.md is the contract."""
