// Further primitive fields of the groups' records: nullable ones have length -1 (or, compact, 0).
//   bytes: int32 length · compact bytes: unsigned varint length + 1 · array: int32 count · uuid: 16 bytes

extension FieldWriter {
    mutating func write(nullableString: String?) {
        guard let text = nullableString else { return write(Int16(-1)) }
        write(string: text)
    }

    mutating func write(longBytes: [UInt8]) {
        write(Int32(longBytes.count))
        bytes.append(contentsOf: longBytes)
    }

    mutating func write(compactBytes: [UInt8]) {
        write(compactCount: compactBytes.count)
        bytes.append(contentsOf: compactBytes)
    }

    mutating func write(compactNullableString: String?) {
        guard let text = compactNullableString else { return write(unsignedVarint: 0) }
        write(compactString: text)
    }

    mutating func write(topicID: TopicID) {
        write(topicID.high)
        write(topicID.low)
    }

    /// No tagged fields.
    mutating func writeEmptyTags() { write(unsignedVarint: 0) }
}

extension FieldReader {
    mutating func readTopicID() throws(CoordinationError) -> TopicID {
        let high = try read(UInt64.self)
        return TopicID(high: high, low: try read(UInt64.self))
    }

    mutating func readNullableString() throws(CoordinationError) -> String? {
        let count = try read(Int16.self)
        return count < 0 ? nil : String(decoding: try readBytes(Int(count)), as: UTF8.self)
    }

    mutating func readCompactNullableString() throws(CoordinationError) -> String? {
        let count = Int(try readUnsignedVarint()) - 1
        return count < 0 ? nil : String(decoding: try readBytes(count), as: UTF8.self)
    }

    mutating func readNullableBytes() throws(CoordinationError) -> [UInt8]? {
        let count = try read(Int32.self)
        return count < 0 ? nil : try readBytes(Int(count))
    }

    mutating func readCompactBytes() throws(CoordinationError) -> [UInt8] {
        try readBytes(max(0, Int(try readUnsignedVarint()) - 1))
    }

    /// An array's count; each of its elements takes at least `minimumBytes`. Null is empty.
    mutating func readCount(minimumBytes: Int) throws(CoordinationError) -> Int {
        let count = Int(try read(Int32.self))
        guard count * minimumBytes <= remaining else {
            throw CoordinationError("array of \(count) elements at byte \(position), where \(remaining) bytes are left")
        }
        return max(0, count)
    }

    /// Steps over the tagged fields, but gives the bytes of one that is known.
    mutating func readTags(known: UInt32? = nil) throws(CoordinationError) -> [UInt8]? {
        var found: [UInt8]?
        let count = try readUnsignedVarint()
        guard Int(count) <= remaining else { throw CoordinationError("\(count) tagged fields in \(remaining) bytes") }
        for _ in 0..<count {
            let tag = try readUnsignedVarint()
            let size = Int(try readUnsignedVarint())
            if tag == known { found = try readBytes(size) } else { try skip(size) }
        }
        return found
    }
}
