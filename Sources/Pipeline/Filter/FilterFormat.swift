// json      one message a line, UTF-8, in protobuf's canonical JSON mapping (protobuf.dev/programming-guides/json); LF ends a line, a CR
//           before it is passed over, and so is a line of nothing but blanks. A line feed behind the last record may be missing.
// protobuf  one message after another, each behind its length as a varint (7 bits a byte, low bits first, the high bit set in all
//           bytes but the last), as writeDelimitedTo and parseDelimitedFrom of protobuf's libraries have it.

import Glibc

/// How records stand on a filter's standard input and output.
public enum FilterFormat: String, CaseIterable, Sendable {
    case json, protobuf
}

/// One record of the input, or what stands in its place.
public enum FramedRecord {
    /// The record's bytes, valid during the call.
    case record(UnsafeRawBufferPointer)
    /// It was longer than the limit, and was passed over without being held.
    case tooLong(bytes: Int)
    /// The input ended inside it.
    case cutOff(bytes: Int)
}

/// Cuts a stream of bytes into records. Holds at most one record, and at most the limit.
public struct FilterFraming {
    private enum Place {
        /// Inside a line, or before a length is complete.
        case open
        /// Inside a record of a known length, which goes on for so many bytes.
        case body(left: Int)
        /// Inside a record that is too long: `left` bytes of it are to come, nil for all up to the next line feed.
        case skipping(length: Int, left: Int?)
    }

    private let format: FilterFormat
    /// Bytes of one record.
    private let limit: Int
    private var held: [UInt8] = []
    private var place = Place.open

    public init(_ format: FilterFormat, limit: Int) {
        self.format = format
        self.limit = limit
    }

    /// Takes the next bytes of the input, and hands out each record that they complete.
    public mutating func feed(_ bytes: UnsafeRawBufferPointer, _ body: (FramedRecord) throws -> Void) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            switch format {
            case .json: try takeLine(&rest, body)
            case .protobuf: try takeDelimited(&rest, body)
            }
        }
    }

    /// The input is over.
    public mutating func finish(_ body: (FramedRecord) throws -> Void) throws {
        defer {
            held = []
            place = .open
        }
        switch (format, place) {
        case (.json, .skipping(let length, _)): try body(.tooLong(bytes: length))
        case (.json, _): try handOutLine(UnsafeRawBufferPointer(start: nil, count: 0)[...], body)
        case (.protobuf, .open) where held.isEmpty: break
        case (.protobuf, .skipping(let length, let left)): try body(.cutOff(bytes: length - (left ?? 0)))
        case (.protobuf, _): try body(.cutOff(bytes: held.count))
        }
    }

    // MARK: Lines

    private mutating func takeLine(_ rest: inout Slice<UnsafeRawBufferPointer>, _ body: (FramedRecord) throws -> Void) throws {
        let end = UnsafeRawBufferPointer(rebasing: rest).offset(of: 0x0A).map { rest.startIndex + $0 }
        let piece = rest[rest.startIndex..<(end ?? rest.endIndex)]
        rest = rest[(end.map { $0 + 1 } ?? rest.endIndex)...]
        if case .skipping(let length, _) = place {
            place = end == nil ? .skipping(length: length + piece.count, left: nil) : .open
            if end != nil { try body(.tooLong(bytes: length + piece.count)) }
            return
        }
        // The end of a line may bring a CR, which is not counted.
        guard held.count + piece.count <= limit + 1 else {
            let length = held.count + piece.count
            held.removeAll()
            guard end == nil else { return try body(.tooLong(bytes: length)) }
            place = .skipping(length: length, left: nil)
            return
        }
        guard end != nil else {
            held.append(contentsOf: piece)
            return
        }
        try handOutLine(piece, body)
    }

    /// What is held and `piece` are one line. A line that lies in the input whole is handed out from there.
    private mutating func handOutLine(_ piece: Slice<UnsafeRawBufferPointer>, _ body: (FramedRecord) throws -> Void) throws {
        func handOut(_ line: UnsafeRawBufferPointer) throws {
            let line = line.last == 0x0D ? UnsafeRawBufferPointer(rebasing: line.dropLast()) : line
            if line.count > limit { return try body(.tooLong(bytes: line.count)) }
            if line.contains(where: { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D }) { try body(.record(line)) }
        }
        if held.isEmpty { return try handOut(UnsafeRawBufferPointer(rebasing: piece)) }
        held.append(contentsOf: piece)
        defer { held.removeAll(keepingCapacity: held.capacity <= 1 << 20) }
        try held.withUnsafeBytes { try handOut($0) }
    }

    // MARK: Lengths

    private mutating func takeDelimited(_ rest: inout Slice<UnsafeRawBufferPointer>, _ body: (FramedRecord) throws -> Void) throws {
        switch place {
        case .open:
            guard let length = try takeLength(&rest) else { return }
            if length > limit {
                place = .skipping(length: length, left: length)
            } else if rest.count >= length {
                let record = rest.prefix(length)
                rest = rest.dropFirst(length)
                try body(.record(UnsafeRawBufferPointer(rebasing: record)))
            } else {
                place = .body(left: length)
            }
        case .body(let left):
            let piece = rest.prefix(left)
            rest = rest.dropFirst(piece.count)
            held.append(contentsOf: piece)
            place = .body(left: left - piece.count)
            guard left == piece.count else { return }
            place = .open
            defer { held.removeAll(keepingCapacity: held.capacity <= 1 << 20) }
            try held.withUnsafeBytes { try body(.record($0)) }
        case .skipping(let length, let left):
            let count = min(left ?? 0, rest.count)
            rest = rest.dropFirst(count)
            place = .skipping(length: length, left: (left ?? 0) - count)
            guard count == left else { return }
            place = .open
            try body(.tooLong(bytes: length))
        }
    }

    /// The length that stands before a record, nil where its bytes are still to come. Without a length nothing after it can be found
    /// again: a wrong one is the end.
    private mutating func takeLength(_ rest: inout Slice<UnsafeRawBufferPointer>) throws -> Int? {
        while let byte = rest.popFirst() {
            held.append(byte)
            if byte < 0x80 {
                defer { held.removeAll(keepingCapacity: true) }
                return held.enumerated().reduce(0) { $0 | Int($1.element & 0x7F) << (7 * $1.offset) }
            }
            // Nine bytes hold 63 bits: a tenth would be a length that no memory has.
            guard held.count < 9 else { break }
        }
        guard held.count == 9 else { return nil }
        throw PipelineError(
            "the input holds no record length where one must stand: --format protobuf reads messages behind their length as a varint")
    }
}

extension UnsafeRawBufferPointer {
    /// Where a byte first stands.
    fileprivate func offset(of byte: UInt8) -> Int? {
        guard let baseAddress, let found = memchr(baseAddress, Int32(byte), count) else { return nil }
        return UnsafeRawPointer(found) - baseAddress
    }
}
