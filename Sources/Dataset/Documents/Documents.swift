// Documents: see the design.
