// Extraction: see the design.
