import Glibc

@testable import Shards

/// A folder of its own for one test, removed with it.
final class Scratch {
    let path: String

    init() throws {
        var template = Array("/tmp/leat-shards-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw ShardError.system(call: "mkdtemp", path: "/tmp", errorNumber: errno)
        }
        path = template.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
    }

    deinit { Self.remove(path) }

    private static func remove(_ path: String) {
        guard let folder = try? LocalFolder(creating: path), let names = try? folder.names() else { return }
        for name in names {
            if folder.isFolder(name) { remove(folder.file(name)) } else { unlink(folder.file(name)) }
        }
        rmdir(path)
    }

    /// Every file below the folder with its bytes.
    static func files(_ path: String) throws -> [String: [UInt8]] {
        let folder = try LocalFolder(creating: path)
        var result: [String: [UInt8]] = [:]
        for name in try folder.names() {
            if folder.isFolder(name) {
                for (inner, bytes) in try files(folder.file(name)) { result[name + "/" + inner] = bytes }
            } else {
                result[name] = try folder.contents(name, limit: 1 << 30)
            }
        }
        return result
    }

    func files() throws -> [String: [UInt8]] { try Self.files(path) }
}

/// SplitMix64: the same numbers in every run.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return mixed ^ mixed >> 31
    }
}
