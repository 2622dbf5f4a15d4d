import Glibc

/// The named fields of a WARC record or an HTTP message, in order and with repetitions, as views into the bytes they were read from.
///
/// Names are compared without regard to case. A folded value (RFC 9112, 5.2: a line that begins with a space or tab goes on with the one before) reads as
/// one line. Limits: the bytes they are in must be shorter than 4 GiB.
public struct HeaderFields: Sendable {
    struct Field: Sendable {
        var nameStart: UInt32
        var nameEnd: UInt32
        var valueStart: UInt32
        var valueEnd: UInt32
        var isFolded = false
    }

    /// The bytes of the whole record or message; shared, not copied.
    let storage: [UInt8]
    let fields: [Field]

    init(storage: [UInt8], fields: [Field]) {
        self.storage = storage
        self.fields = fields
    }

    /// How many fields there are, repeated ones each.
    public var count: Int { fields.count }

    /// Name and value at `index`, as text (invalid UTF-8 is replaced).
    public subscript(index: Int) -> (name: String, value: String) {
        let field = fields[index]
        return (text(field.nameStart, field.nameEnd), value(field))
    }

    /// All fields in order.
    public var pairs: [(name: String, value: String)] { fields.indices.map { self[$0] } }

    /// The value of the first field of that name.
    public subscript(name: StaticString) -> String? { first(name).map(value) }

    /// The value of the first field of that name.
    public func first(named name: String) -> String? {
        var name = name
        return name.withUTF8 { wanted in fields.first { matches($0, UnsafeRawBufferPointer(wanted)) } }.map(value)
    }

    /// The values of all fields of that name, in order.
    public func all(_ name: StaticString) -> [String] {
        let wanted = UnsafeRawBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
        return fields.filter { matches($0, wanted) }.map(value)
    }

    /// The bytes of the first field of that name, unfolded; nil if there is none.
    func bytes(_ name: StaticString) -> ArraySlice<UInt8>? {
        first(name).map { storage[Int($0.valueStart)..<Int($0.valueEnd)] }
    }

    private func first(_ name: StaticString) -> Field? {
        let wanted = UnsafeRawBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
        return fields.first { matches($0, wanted) }
    }

    private func matches(_ field: Field, _ name: UnsafeRawBufferPointer) -> Bool {
        guard Int(field.nameEnd - field.nameStart) == name.count else { return false }
        return storage.withUnsafeBytes { bytes in
            let start = Int(field.nameStart)
            for index in 0..<name.count where bytes[start + index].asciiLowercased != name[index].asciiLowercased {
                return false
            }
            return true
        }
    }

    private func text(_ start: UInt32, _ end: UInt32) -> String {
        String(decoding: storage[Int(start)..<Int(end)], as: UTF8.self)
    }

    private func value(_ field: Field) -> String {
        guard field.isFolded else { return text(field.valueStart, field.valueEnd) }
        var joined: [UInt8] = []
        for line in storage[Int(field.valueStart)..<Int(field.valueEnd)].split(separator: UInt8(ascii: "\n")) {
            let trimmed = line.trimmingSpace
            if trimmed.isEmpty { continue }
            if !joined.isEmpty { joined.append(UInt8(ascii: " ")) }
            joined.append(contentsOf: trimmed)
        }
        return String(decoding: joined, as: UTF8.self)
    }
}

/// Reads header lines: `name: value`, ended by LF, CRLF or CR CR LF, up to an empty line.
struct HeaderScanner {
    /// More lines than any message has: what follows is passed over.
    private static let maximumFields = 65_536
    private(set) var fields: [HeaderFields.Field] = []

    init(expecting count: Int = 16) { fields.reserveCapacity(count) }

    /// Reads the lines of `bytes` from `start`. Returns where the body begins, or nil if no empty line ends the header.
    mutating func scan(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
        var line = start
        while line < bytes.count {
            guard let found = memchr(bytes.baseAddress! + line, 10, bytes.count - line) else {
                add(bytes, line, bytes.count)
                return nil
            }
            let newline = UnsafeRawPointer(found) - bytes.baseAddress!
            var end = newline
            while end > line && bytes[end - 1] == 13 { end -= 1 }
            if end == line { return newline + 1 }
            add(bytes, line, end)
            line = newline + 1
        }
        return nil
    }

    /// Adds the line `start..<end`: a field, or what goes on with the one before. A line that is neither is passed over.
    private mutating func add(_ bytes: UnsafeRawBufferPointer, _ start: Int, _ end: Int) {
        guard start < end else { return }
        if bytes[start].isSpace {
            guard var last = fields.last else { return }
            last.valueEnd = UInt32(end)
            last.isFolded = true
            fields[fields.count - 1] = last
            return
        }
        guard let found = memchr(bytes.baseAddress! + start, 58, end - start) else { return }
        let colon = UnsafeRawPointer(found) - bytes.baseAddress!
        var nameEnd = colon
        while nameEnd > start && bytes[nameEnd - 1].isSpace { nameEnd -= 1 }
        var valueStart = colon + 1
        var valueEnd = end
        while valueStart < valueEnd && bytes[valueStart].isSpace { valueStart += 1 }
        while valueEnd > valueStart && bytes[valueEnd - 1].isSpace { valueEnd -= 1 }
        guard nameEnd > start, fields.count < HeaderScanner.maximumFields else { return }
        fields.append(
            HeaderFields.Field(
                nameStart: UInt32(start), nameEnd: UInt32(nameEnd), valueStart: UInt32(valueStart),
                valueEnd: UInt32(valueEnd)))
    }
}

extension UInt8 {
    var isSpace: Bool { self == 32 || self == 9 }
    var isDigit: Bool { self >= 48 && self <= 57 }
    var isLineEnd: Bool { self == 10 || self == 13 }
    var isLetter: Bool { asciiLowercased >= 97 && asciiLowercased <= 122 }
    var asciiLowercased: UInt8 { self >= 65 && self <= 90 ? self | 0x20 : self }
}

extension Collection<UInt8> where SubSequence: BidirectionalCollection<UInt8>, SubSequence.SubSequence == SubSequence {
    /// Without spaces, tabs and carriage returns at both ends.
    var trimmingSpace: SubSequence {
        var slice = self[...]
        while let byte = slice.first, byte.isSpace || byte == 13 { slice = slice.dropFirst() }
        while let byte = slice.last, byte.isSpace || byte == 13 { slice = slice.dropLast() }
        return slice
    }
}

extension Collection<UInt8> {
    /// Whether the bytes are `text` but for the case of ASCII letters.
    func equalsIgnoringCase(_ text: StaticString) -> Bool {
        let wanted = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        return count == wanted.count && zip(self, wanted).allSatisfy { $0.asciiLowercased == $1.asciiLowercased }
    }
}
