// Records: see the design.
