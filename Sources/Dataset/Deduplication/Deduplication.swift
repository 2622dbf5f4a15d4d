// Deduplication: see the design.
