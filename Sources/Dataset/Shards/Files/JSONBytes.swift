import FoundationEssentials

/// JSON of states and manifests: keys sorted, two-space indents, so that the same value always gives the same bytes.
/// Never used per document: manifests are written once a shard, states once a commit.
func jsonBytes(_ value: some Encodable, readable: Bool) throws(ShardError) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = readable ? [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted] : [.sortedKeys, .withoutEscapingSlashes]
    do {
        return [UInt8](try encoder.encode(value)) + (readable ? [10] : [])
    } catch {
        throw .unreadable(what: "a value to be written as JSON", reason: "\(error)")
    }
}

func fromJSON<Value: Decodable>(_ type: Value.Type, _ bytes: [UInt8], what: String) throws(ShardError) -> Value {
    do {
        return try JSONDecoder().decode(type, from: Data(bytes))
    } catch {
        throw .unreadable(what: what, reason: "\(error)")
    }
}
