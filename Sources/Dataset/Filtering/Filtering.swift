// Filtering: see the design.
