/// The 256 entries of a single-byte charset as UTF-8, and the loop that reads with them.
///
/// Tables are built from ICU's converters at the first use, once for the process, and never change: any thread may read.
/// As browsers do, bytes 0x80 to 0x9F without a character in a windows-125x charset become the C1 control of that number.
struct SingleByteTable: Sendable {
    /// Up to three bytes of UTF-8 from the lowest byte up, their number in the highest byte; 0 for an unmapped byte.
    private let entries: [UInt32]

    /// The table for a charset; nil where it is not a single-byte one or ICU lacks it.
    static func table(_ charset: Charset) -> SingleByteTable? { tables[charset] }

    private static let tables: [Charset: SingleByteTable] = {
        var tables: [Charset: SingleByteTable] = [:]
        for charset in Charset.allCases {
            if case .singleByte(let name) = charset.conversion { tables[charset] = SingleByteTable(charset, icuName: name) }
        }
        return tables
    }()

    private init?(_ charset: Charset, icuName: String) {
        var entries: [UInt32] = []
        for byte in UInt8.min...UInt8.max {
            let read = withUnsafeBytes(of: byte) { CharsetConverter.convert($0, icuName: icuName) }
            guard let read else { return nil }
            var utf8 = read.utf8
            if let scalar = Self.differences[charset]?[byte] {
                utf8 = Array(String(Character(scalar)).utf8)
            } else if charset == .windows874, utf8.first == 0xEF {
                utf8 = UTF8Scanner.replacementCharacter  // ICU has private code points for unassigned bytes here
            }
            if utf8 == UTF8Scanner.replacementCharacter, 0x80..<0xA0 ~= byte, charset.rawValue.hasPrefix("windows") {
                utf8 = [0xC2, byte]
            }
            let isMapped = utf8 != UTF8Scanner.replacementCharacter
            entries.append(isMapped ? Self.pack(utf8) : 0)
        }
        self.entries = entries
    }

    /// Where ICU 72 says something else than the standard's tables; U+FFFD stands for no character.
    private static let differences: [Charset: [UInt8: Unicode.Scalar]] = [
        .koi8u: [0xAE: "\u{45E}", 0xBE: "\u{40E}"],
        .windows1253: [0xAA: "\u{FFFD}"],
        .windows1255: [0xCA: "\u{5BA}"],
        // ICU has no ISO-8859-16: these are its differences from ISO-8859-1.
        .iso8859_16: [
            0xA1: "Ą", 0xA2: "ą", 0xA3: "Ł", 0xA4: "€", 0xA5: "„", 0xA6: "Š", 0xA8: "š", 0xAA: "Ș", 0xAC: "Ź", 0xAE: "ź",
            0xAF: "Ż", 0xB2: "Č", 0xB3: "ł", 0xB4: "Ž", 0xB5: "”", 0xB8: "ž", 0xB9: "č", 0xBA: "ș", 0xBC: "Œ", 0xBD: "œ",
            0xBE: "Ÿ", 0xBF: "ż", 0xC3: "Ă", 0xC5: "Ć", 0xD0: "Đ", 0xD1: "Ń", 0xD5: "Ő", 0xD7: "Ś", 0xD8: "Ű", 0xDD: "Ę",
            0xDE: "Ț", 0xE3: "ă", 0xE5: "ć", 0xF0: "đ", 0xF1: "ń", 0xF5: "ő", 0xF7: "ś", 0xF8: "ű", 0xFD: "ę", 0xFE: "ț",
        ],
    ]

    private static func pack(_ utf8: [UInt8]) -> UInt32 {
        var packed = UInt32(utf8.count) << 24
        for (index, byte) in utf8.prefix(3).enumerated() { packed |= UInt32(byte) << (8 * index) }
        return packed
    }

    /// Reads all bytes. A named unsafe corner: entries are stored four bytes at a time into a buffer that has room for
    /// three bytes for each byte of input and four more.
    func decode(_ bytes: UnsafeRawBufferPointer) -> Conversion {
        var result = Conversion()
        let count = bytes.count
        guard let base = bytes.baseAddress else { return result }
        let unmapped: UInt32 = 3 << 24 | 0xBDBFEF  // U+FFFD
        result.utf8 = [UInt8](unsafeUninitializedCapacity: count * 3 + 8) { output, written in
            guard let start = output.baseAddress else { return }
            let out = UnsafeMutableRawPointer(start)
            entries.withUnsafeBufferPointer { entries in
                var at = 0
                var i = 0
                while i < count {
                    if i &+ 8 <= count {
                        let word = base.loadUnaligned(fromByteOffset: i, as: UInt64.self)
                        if (word | (word &- 0x0101_0101_0101_0101)) & 0x8080_8080_8080_8080 == 0 {
                            out.storeBytes(of: word, toByteOffset: at, as: UInt64.self)
                            at &+= 8
                            i &+= 8
                            continue
                        }
                    }
                    let byte = base.load(fromByteOffset: i, as: UInt8.self)
                    var entry = entries[Int(byte)]
                    if entry == 0 {
                        entry = unmapped
                        result.replacements &+= 1
                    } else if entry & 0xFFFF_E0FF == 0x0200_80C2, entry & 0xFF00 != 0x8500 {
                        result.doubtful &+= 1
                    }
                    out.storeBytes(of: entry.littleEndian, toByteOffset: at, as: UInt32.self)
                    at &+= Int(entry >> 24)
                    i &+= 1
                }
                written = at
            }
        }
        return result
    }
}
