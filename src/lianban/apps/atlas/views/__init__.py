"""Pages of the atlas: reading (pages), changing rows (rows), what changed (changes)."""
