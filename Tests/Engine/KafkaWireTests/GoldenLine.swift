import Glibc

/// A line of a golden file: message name, version, body in hexadecimal. The bytes were written by Apache Kafka 4.3's own
/// Java classes, every field filled with random values.
struct GoldenLine {
    let name: String
    let version: Int16
    let bytes: [UInt8]

    init?(_ line: Substring) {
        let parts = line.utf8.split(separator: 32, omittingEmptySubsequences: false)
        guard parts.count == 3, let version = Int16(String(Substring(parts[1]))) else { return nil }
        self.name = String(Substring(parts[0]))
        self.version = version
        var bytes: [UInt8] = []
        bytes.reserveCapacity(parts[2].count / 2)
        var high: UInt8?
        for character in parts[2] {
            let digit = character < 58 ? character &- 48 : character &- 87
            guard digit < 16 else { return nil }
            if let first = high {
                bytes.append(first << 4 | digit)
                high = nil
            } else {
                high = digit
            }
        }
        self.bytes = bytes
    }

    /// The committed lines: up to five of every message and version, two with every field and tag set, two with nulls and tags by
    /// chance, one as empty as can be.
    static func committed(besideFile path: String = #filePath) throws -> [GoldenLine] {
        let folder = path.split(separator: "/").dropLast().joined(separator: "/")
        return try read("/\(folder)/Golden/kafka-4.3.txt")
    }

    /// Those of the file that LEAT_WIRE_GOLDEN names, if any: for a run over many more.
    static func additional() throws -> [GoldenLine] {
        guard let path = getenv("LEAT_WIRE_GOLDEN") else { return [] }
        return try read(String(cString: path))
    }

    private static func read(_ path: String) throws -> [GoldenLine] {
        guard let file = fopen(path, "r") else { throw Unreadable(path: path, line: 0) }
        defer { fclose(file) }
        var text: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = fread(&block, 1, block.count, file)
            if count == 0 { break }
            text += block[..<count]
        }
        var lines: [GoldenLine] = []
        for (number, line) in String(decoding: text, as: UTF8.self).split(separator: "\n").enumerated() {
            guard let golden = GoldenLine(line) else { throw Unreadable(path: path, line: number + 1) }
            lines.append(golden)
        }
        return lines
    }

    struct Unreadable: Error {
        let path: String
        let line: Int
    }
}
