// WebArchive: see the design.
