/// Who shares one rate: everybody whom the same line of the table bounds together.
struct QuotaScope: Hashable, Sendable {
    let key: QuotaKey
    /// Empty where the quota is the client id's alone.
    let user: ExactText
    /// Empty where the quota is the user's alone.
    let clientID: ExactText
}

extension QuotaTable {
    /// The quota that bounds a client, and with whom it shares it; `nil` where nothing bounds it.
    ///
    /// Kafka's order: the user with this client id, with any client id, the user alone; then the same for users without quotas of their
    /// own; at last the client id, and any client id. A client without an id falls under the defaults.
    func limit(_ key: QuotaKey, user: String, clientID: String) -> (value: Double, scope: QuotaScope)? {
        guard let quotas = values[key] else { return nil }
        let users: [QuotaEntity.Name] = [.named(user), .byDefault]
        for name in users {
            for client in [.named(clientID), .byDefault] as [QuotaEntity.Name] {
                if let value = quotas[QuotaEntity(user: name, clientID: client)] {
                    return (value, QuotaScope(key: key, user: ExactText(user), clientID: ExactText(clientID)))
                }
            }
            if let value = quotas[QuotaEntity(user: name)] {
                return (value, QuotaScope(key: key, user: ExactText(user), clientID: ExactText("")))
            }
        }
        for client in [.named(clientID), .byDefault] as [QuotaEntity.Name] {
            if let value = quotas[QuotaEntity(clientID: client)] {
                return (value, QuotaScope(key: key, user: ExactText(""), clientID: ExactText(clientID)))
            }
        }
        return nil
    }

    /// Connections a second from one address; `nil` where nothing bounds them.
    func connectionRate(from address: String) -> Double? {
        guard let quotas = values[.connectionCreationRate] else { return nil }
        return quotas[QuotaEntity(address: .named(address))] ?? quotas[QuotaEntity(address: .byDefault)]
    }
}
