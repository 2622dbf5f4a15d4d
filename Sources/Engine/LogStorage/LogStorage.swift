// LogStorage: see the design.
