extension Broker {
    /// Begins a transaction of this id under a new producer epoch; one that is still open is aborted first (fenced).
    public func beginTransaction(id: String) throws -> BrokerTransaction {
        BrokerTransaction(broker: self, record: try transactions.beginEmbedded(id))
    }
}
