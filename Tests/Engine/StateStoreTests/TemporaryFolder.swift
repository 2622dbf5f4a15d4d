import Glibc

/// An empty folder that is gone when this value is.
final class TemporaryFolder {
    let path: String

    init() {
        var template = Array("/tmp/leat-state-XXXXXX".utf8CString)
        path = mkdtemp(&template).map { String(cString: $0) } ?? "/tmp/leat-state-unmade"
    }

    deinit {
        // Depth is known: a database folder holds files, and the tests' folders hold databases.
        Self.remove(path)
    }

    private static func remove(_ path: String) {
        if let folder = opendir(path) {
            while let entry = readdir(folder) {
                let name = withUnsafePointer(to: &entry.pointee.d_name) {
                    $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                }
                if name != "." && name != ".." { remove(path + "/" + name) }
            }
            closedir(folder)
            rmdir(path)
        } else {
            unlink(path)
        }
    }
}

/// A small seeded generator (splitmix64, public domain algorithm): the same numbers in every run.
struct Seeded: RandomNumberGenerator {
    var state: UInt64
    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    mutating func bytes(upTo limit: Int, alphabet: UInt8 = 4) -> [UInt8] {
        let count = Int.random(in: 0...limit, using: &self)
        return bytes(exactly: count, alphabet: alphabet)
    }

    mutating func bytes(exactly count: Int, alphabet: UInt8 = 4) -> [UInt8] {
        (0..<count).map { _ in
            let letter = UInt8.random(in: 0..<alphabet, using: &self)
            return letter == alphabet - 1 ? 0xFF : letter
        }
    }
}
