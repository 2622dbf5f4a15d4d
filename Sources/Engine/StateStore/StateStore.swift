// StateStore: see the design.
