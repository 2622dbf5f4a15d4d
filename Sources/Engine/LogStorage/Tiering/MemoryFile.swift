import SystemIO

/// Bytes in memory in the place of a file: what a read of the remote store answers.
final class MemoryFile: File {
    let path: String
    private let bytes: [UInt8]

    init(_ bytes: [UInt8], path: String) {
        self.bytes = bytes
        self.path = path
    }

    func read(into buffer: UnsafeMutableRawBufferPointer, at position: Int64) throws(SystemIOError) -> Int {
        let start = Int(min(max(0, position), Int64(bytes.count)))
        let count = min(buffer.count, bytes.count - start)
        bytes.withUnsafeBytes { buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[start..<start + count])) }
        return count
    }

    func write(_ bytes: UnsafeRawBufferPointer, at position: Int64) throws(SystemIOError) { throw refused("write") }
    func size() throws(SystemIOError) -> Int64 { Int64(bytes.count) }
    func truncate(to size: Int64) throws(SystemIOError) { throw refused("truncate") }
    func synchronizeData() throws(SystemIOError) {}
    func close() {}

    private func refused(_ operation: String) -> SystemIOError {
        SystemIOError(operation: operation, path: path, errorNumber: ErrorNumber.invalid, sentence: "what is in the remote store does not change")
    }
}
