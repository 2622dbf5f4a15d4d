/// Reads settings that know all their keys: a missing key takes its default, an unknown one is an error that names it.
struct StrictSettings<Key: CodingKey & CaseIterable & RawRepresentable> where Key.RawValue == String {
    private let container: KeyedDecodingContainer<Key>

    /// - Parameters:
    ///   - owner: what the settings belong to, for the message.
    ///   - more: keys that the owner reads itself.
    init(_ decoder: any Decoder, of owner: String, _ keys: Key.Type, more: [String] = []) throws {
        let known = Key.allCases.map(\.rawValue)
        for key in try decoder.container(keyedBy: AnyKey.self).allKeys
        where !known.contains(key.stringValue) && !more.contains(key.stringValue) {
            throw FilterSettingsError.unknownKey(key.stringValue, owner: owner, known: (known + more).sorted())
        }
        container = try decoder.container(keyedBy: keys)
    }

    func value<Value: Decodable>(_ key: Key, _ standard: Value) throws -> Value {
        container.contains(key) ? try container.decode(Value.self, forKey: key) : standard
    }

    /// A number that is never off.
    func finite(_ key: Key, _ standard: Double) throws -> Double {
        let number = try value(key, standard)
        guard number.isFinite else { throw FilterSettingsError.notFinite(key.rawValue) }
        return number
    }

    /// A number; an explicit null is 0, which turns a rule off.
    func number(_ key: Key, _ standard: Double) throws -> Double {
        guard container.contains(key) else { return standard }
        let value = try container.decodeNil(forKey: key) ? 0 : container.decode(Double.self, forKey: key)
        guard value.isFinite else { throw FilterSettingsError.notFinite(key.rawValue) }
        return value
    }

    /// A whole number; an explicit null is 0.
    func count(_ key: Key, _ standard: Int) throws -> Int {
        guard container.contains(key) else { return standard }
        return try container.decodeNil(forKey: key) ? 0 : container.decode(Int.self, forKey: key)
    }
}

/// Any key of a keyed container.
struct AnyKey: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}
