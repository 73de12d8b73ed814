"""What every HTML page of this package shares: escaping templates, a content security policy by hashes, base styles."""
