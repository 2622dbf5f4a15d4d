import Glibc
import ObjectStore

/// The archives that are not part of the project, where they are at hand (LEAT_DATA, by default ../shared/data).
enum SharedData {
    static let folder: String? = {
        let root = getenv("LEAT_DATA").map { String(cString: $0) } ?? "../shared/data"
        let path = root + "/warc"
        guard access(path + "/expected_records.tsv", R_OK) == 0 else {
            print("skipped: no archives at \(path) (set LEAT_DATA to the folder that holds warc/)")
            return nil
        }
        return path
    }()

    static var isThere: Bool { folder != nil }

    static func bytes(_ name: String) throws -> [UInt8] {
        let source = try FileByteSource(path: (folder ?? "") + "/" + name)
        var all: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = try piece.withUnsafeMutableBytes { try source.read(into: $0) }
            if count == 0 { return all }
            all.append(contentsOf: piece[..<count])
        }
    }

    struct Expected: Sendable {
        let file: String
        let records: ClosedRange<Int>
    }

    static let expected: [Expected] = {
        guard isThere, let text = try? bytes("expected_records.tsv") else { return [] }
        return String(decoding: text, as: UTF8.self).split(separator: "\n").dropFirst().compactMap { line in
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
            guard fields.count >= 3, let least = Int(fields[1]), let most = Int(fields[2]) else { return nil }
            return Expected(file: String(fields[0]), records: least...most)
        }
    }()
}
