// Tokenization: see the design.
