// The tag section that ends every structure of a flexible version (KIP-482):
//   unsigned varint  how many tagged fields
//   each             unsigned varint tag, ascending; unsigned varint byte count; that many bytes
// Fields whose tag is unknown are skipped.

/// Where the coder stands in the tag section of one structure.
struct TagSection {
    // Reading: fields whose head has not been read, the head that was read last, and whether its bytes are still ahead.
    var left = 0
    var number: UInt32?
    var byteCount = 0
    var isPending = false
    // Both directions: the field whose bytes are being read or written.
    var open: UInt32?
    // Writing: finished fields with their heads, their number, and the output that the open field's bytes must not join.
    var finished: [UInt8] = []
    var finishedCount: UInt32 = 0
    var outer: [UInt8] = []
    // Reading: the limit outside of the open field.
    var outerLimit = 0
}

extension WireCoder {
    /// Whether the tagged field `number` is to be coded now; its one call follows. Writing: if `isSet`; reading: if it came.
    ///
    /// Calls must come in ascending order of `number`.
    public mutating func tag(_ number: UInt32, isSet: Bool, from: Int16 = 0) throws(WireError) -> Bool {
        try closeTag()
        guard version >= from else { return false }
        return isReading ? try openRead(number) : openWrite(number, isSet: isSet)
    }

    mutating func readTags<Value: WireStruct>(_ value: inout Value) throws(WireError) {
        let count = Int(try unsignedVarint("tags"))
        guard count > 0 else { return }
        // A tagged field takes two bytes at least.
        guard count <= left / 2 else { throw error(.tooManyElements(count: count, limit: left / 2), "tags") }
        let outer = tags
        tags = TagSection()
        tags.left = count
        tags.outerLimit = limit
        try value.codeTags(&self)
        try closeTag()
        while try nextTag() { skipTag() }
        tags = outer
    }

    mutating func writeTags<Value: WireStruct>(_ value: inout Value) throws(WireError) {
        let outer = tags
        tags = TagSection()
        try value.codeTags(&self)
        try closeTag()
        appendUnsignedVarint(tags.finishedCount)
        output.append(contentsOf: tags.finished)
        tags = outer
    }

    // MARK: Reading

    private mutating func openRead(_ number: UInt32) throws(WireError) -> Bool {
        while try nextTag(), let next = tags.number, next <= number {
            if next == number {
                limit = position + tags.byteCount
                tags.open = number
                tags.isPending = false
                return true
            }
            skipTag()
        }
        return false
    }

    /// Reads the next field's head unless that has been done; false at the section's end.
    private mutating func nextTag() throws(WireError) -> Bool {
        if tags.isPending { return true }
        guard tags.left > 0 else { return false }
        tags.left -= 1
        let start = position
        let number = try unsignedVarint("tag")
        if let last = tags.number, number <= last { throw error(.tagOrder(number), "tag", at: start) }
        let byteCount = Int(try unsignedVarint("tag"))
        guard byteCount <= left else { throw error(.truncated(needed: byteCount, left: left), "tag") }
        tags.number = number
        tags.byteCount = byteCount
        tags.isPending = true
        return true
    }

    private mutating func skipTag() {
        position += tags.byteCount
        tags.isPending = false
    }

    // MARK: Writing

    private mutating func openWrite(_ number: UInt32, isSet: Bool) -> Bool {
        guard isSet else { return false }
        tags.open = number
        swap(&tags.outer, &output)
        return true
    }

    private mutating func closeTag() throws(WireError) {
        guard let number = tags.open else { return }
        tags.open = nil
        if isReading {
            guard left == 0 else { throw error(.leftOver(count: left), "tag") }
            limit = tags.outerLimit
        } else {
            let field = output
            // The heads are written by the same calls as everything else, so `output` holds them for a moment.
            output = tags.finished
            appendUnsignedVarint(number)
            appendUnsignedVarint(UInt32(field.count))
            output.append(contentsOf: field)
            tags.finished = output
            tags.finishedCount += 1
            output = tags.outer
            tags.outer = []
        }
    }
}
