import SystemIO

/// A segment in the remote store in the place of a file: for those who look through it from its beginning to its end.
final class RemoteFile: File {
    let path: String
    private let tier: RemoteTier
    private let segment: RemoteManifest.Segment

    init(_ segment: RemoteManifest.Segment, of tier: RemoteTier) {
        self.segment = segment
        self.tier = tier
        path = tier.logName(segment)
    }

    func read(into buffer: UnsafeMutableRawBufferPointer, at position: Int64) throws(SystemIOError) -> Int {
        let bytes: [UInt8]
        do {
            bytes = try tier.bytes(of: segment, from: max(0, position), count: buffer.count)
        } catch {
            throw SystemIOError(operation: "read", path: path, errorNumber: ErrorNumber.inputOutput, sentence: "\(error)")
        }
        bytes.withUnsafeBytes { buffer.copyMemory(from: $0) }
        return bytes.count
    }

    func write(_ bytes: UnsafeRawBufferPointer, at position: Int64) throws(SystemIOError) { throw refused("write") }
    func size() throws(SystemIOError) -> Int64 { segment.byteCount }
    func truncate(to size: Int64) throws(SystemIOError) { throw refused("truncate") }
    func synchronizeData() throws(SystemIOError) {}
    func close() {}

    private func refused(_ operation: String) -> SystemIOError {
        SystemIOError(operation: operation, path: path, errorNumber: ErrorNumber.invalid, sentence: "what is in the remote store does not change")
    }
}
