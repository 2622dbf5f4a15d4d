// Streams: see the design.
