// Shards: see the design.
