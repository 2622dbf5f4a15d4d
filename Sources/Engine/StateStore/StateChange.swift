/// One entry for a changelog: `key` of the store `store` now has `value`, or none (`nil`: it was deleted).
public struct StateChange: Sendable, Hashable {
    public let store: String
    public let key: [UInt8]
    public let value: [UInt8]?

    public init(store: String, key: [UInt8], value: [UInt8]?) {
        self.store = store
        self.key = key
        self.value = value
    }
}
