// ObjectStore: see the design.
