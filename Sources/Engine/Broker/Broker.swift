// Broker: see the design.
