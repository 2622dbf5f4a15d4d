// LogClient: see the design.
