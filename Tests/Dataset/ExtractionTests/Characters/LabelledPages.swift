import Foundation

/// Labelled data outside the project: LEAT_DATA, or ../shared/data beside the package's folder.
enum LabelledData {
    static let folder: String? = {
        var package = URL(fileURLWithPath: #filePath)
        for _ in 0..<5 { package.deleteLastPathComponent() }
        let beside = package.deletingLastPathComponent().appendingPathComponent("shared/data").path
        let folder = ProcessInfo.processInfo.environment["LEAT_DATA"] ?? beside
        return FileManager.default.fileExists(atPath: folder) ? folder : nil
    }()

    static let packageFolder: String = {
        var package = URL(fileURLWithPath: #filePath)
        for _ in 0..<5 { package.deleteLastPathComponent() }
        return package.path
    }()

    /// A file's path, or nil with a printed line where it is not there.
    static func file(_ name: String, for test: String) -> String? {
        let path = (folder ?? "../shared/data") + "/" + name
        if FileManager.default.fileExists(atPath: path) { return path }
        print("skipped: \(test) (no \(path); set LEAT_DATA)")
        return nil
    }

    /// The inflated bytes of a gzip file of one or many members.
    static func gunzip(_ path: String) throws -> [UInt8] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["gzip", "-dc", path]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return [UInt8](data)
    }
}

/// One response of made/charsets.warc.gz and what its text must be.
struct CharsetPage {
    struct Expected: Decodable {
        var file: String
        var url: String
        var charset: String?
        var mode: String?
        var decoded_sha1: String?
        var must_contain: String?
    }

    var expected: Expected
    var contentType: String?
    var body: [UInt8]

    static func all(archive: String, expectations: String) throws -> [CharsetPage] {
        var expected: [String: Expected] = [:]
        for line in try String(contentsOfFile: expectations, encoding: .utf8).split(separator: "\n") {
            let entry = try JSONDecoder().decode(Expected.self, from: Data(line.utf8))
            if entry.file == "charsets.warc.gz" { expected[entry.url] = entry }
        }
        let bytes = try LabelledData.gunzip(archive)
        var pages: [CharsetPage] = []
        var rest = bytes[...]
        while let headerEnd = blankLine(rest) {
            let header = fields(rest[..<headerEnd])
            let start = headerEnd + 4
            guard let length = header["content-length"].flatMap({ Int($0) }) else { break }
            let block = rest[start..<(start + length)]
            rest = rest[(start + length)...].drop { $0 == 13 || $0 == 10 }
            if header["warc-type"] == "response", let url = header["warc-target-uri"], let entry = expected[url],
                let bodyStart = blankLine(block)
            {
                let type = fields(block[..<bodyStart])["content-type"]
                pages.append(.init(expected: entry, contentType: type, body: Array(block[(bodyStart + 4)...])))
            }
        }
        return pages
    }

    private static func blankLine(_ bytes: ArraySlice<UInt8>) -> Int? {
        var i = bytes.startIndex
        while i + 4 <= bytes.endIndex {
            if bytes[i] == 13, bytes[i + 1] == 10, bytes[i + 2] == 13, bytes[i + 3] == 10 { return i }
            i += 1
        }
        return nil
    }

    private static func fields(_ bytes: ArraySlice<UInt8>) -> [String: String] {
        var fields: [String: String] = [:]
        for line in String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline) {
            guard let colon = line.firstIndex(of: ":") else { continue }
            fields[line[..<colon].lowercased()] = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
        }
        return fields
    }
}

/// SHA-1 (FIPS 180-4), for comparing with labels only.
func sha1Hex(_ message: [UInt8]) -> String {
    var h: [UInt32] = [0x6745_2301, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476, 0xC3D2_E1F0]
    var padded = message + [0x80]
    while padded.count % 64 != 56 { padded.append(0) }
    let bits = UInt64(message.count) * 8
    for shift in stride(from: 56, through: 0, by: -8) { padded.append(UInt8(truncatingIfNeeded: bits >> UInt64(shift))) }
    func rotate(_ x: UInt32, _ n: UInt32) -> UInt32 { x << n | x >> (32 - n) }
    for block in stride(from: 0, to: padded.count, by: 64) {
        var w = [UInt32](repeating: 0, count: 80)
        for i in 0..<64 { w[i / 4] = w[i / 4] << 8 | UInt32(padded[block + i]) }
        for i in 16..<80 { w[i] = rotate(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1) }
        var (a, b, c, d, e) = (h[0], h[1], h[2], h[3], h[4])
        for i in 0..<80 {
            let (f, k): (UInt32, UInt32) =
                i < 20
                ? (b & c | ~b & d, 0x5A82_7999)
                : i < 40
                    ? (b ^ c ^ d, 0x6ED9_EBA1)
                    : i < 60 ? (b & c | b & d | c & d, 0x8F1B_BCDC) : (b ^ c ^ d, 0xCA62_C1D6)
            let next = rotate(a, 5) &+ f &+ e &+ k &+ w[i]
            (a, b, c, d, e) = (next, a, rotate(b, 30), c, d)
        }
        for (i, value) in [a, b, c, d, e].enumerated() { h[i] = h[i] &+ value }
    }
    return h.map { word in
        let digits = String(word, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }.joined()
}
