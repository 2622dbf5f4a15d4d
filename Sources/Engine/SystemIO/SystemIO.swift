// SystemIO: see the design.
