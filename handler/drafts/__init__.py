"""What somebody has begun to write and not sent: sealed under the case's key, for its writer alone, fourteen days."""
