internal import CICU

/// Turns bytes of a known charset into UTF-8.
///
/// Thread rule: ICU's converters hold state and belong to one thread, so one is opened and closed within each call (about
/// a microsecond; ICU keeps the tables behind it loaded). Single-byte charsets use tables built once and never changed.
enum CharsetConverter {
    /// The text, or nil where this system's ICU lacks the converter.
    static func convert(_ bytes: UnsafeRawBufferPointer, from charset: Charset) -> Conversion? {
        switch charset.conversion {
        case .utf8:
            var result = Conversion()
            result.replacements = UTF8Scanner.appendRepaired(bytes, to: &result.utf8)
            return result
        case .utf16(let bigEndian): return FixedWidthDecoder.decodeUTF16(bytes, bigEndian: bigEndian)
        case .utf32(let bigEndian): return FixedWidthDecoder.decodeUTF32(bytes, bigEndian: bigEndian)
        case .singleByte: return SingleByteTable.table(charset)?.decode(bytes)
        case .multiByte(let name): return convert(bytes, icuName: name)
        }
    }

    /// Reads bytes with ICU's converter of that name; nil where ICU has none.
    static func convert(_ bytes: UnsafeRawBufferPointer, icuName: String) -> Conversion? {
        guard let converter = leat_icu_converter_open(icuName) else { return nil }
        defer { leat_icu_converter_close(converter) }
        var result = Conversion()
        let start = bytes.bindMemory(to: UInt8.self).baseAddress
        var consumed = 0
        var capacity = bytes.count + bytes.count / 2 + 64
        var finished = false
        // Ends: every turn but the last fills at least 56 bytes of output, and output is bounded by the input.
        while !finished {
            let already = result.utf8.count
            result.utf8.append(addingCapacity: capacity) { room in
                let source = start.map { $0 + consumed }
                let progress = leat_icu_converter_decode(
                    converter, source, bytes.count - consumed, room.baseAddress, room.count, true)
                consumed += progress.consumed
                result.replacements += progress.replacements
                result.doubtful += progress.doubtful
                finished = progress.status <= 0
                return progress.written
            }
            capacity = max(already / 2, 4096)
        }
        return result
    }
}

extension [UInt8] {
    /// Lets `body` write up to `addingCapacity` bytes behind the last; it returns how many it wrote.
    fileprivate mutating func append(
        addingCapacity capacity: Int, _ body: (UnsafeMutableBufferPointer<UInt8>) -> Int
    ) {
        if isEmpty {
            self = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, written in written = body(buffer) }
        } else {
            let more = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, written in written = body(buffer) }
            append(contentsOf: more)
        }
    }
}
