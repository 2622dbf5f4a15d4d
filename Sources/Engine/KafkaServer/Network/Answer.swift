import Glibc
import LogStorage
import NIOCore

/// One framed answer: bytes at hand, and parts of the log's files that the kernel sends itself.
struct Answer: Sendable {
    enum Part: Sendable {
        case bytes(ByteBuffer)
        /// Held until it is sent, so that the file stays as it is.
        case region(LogRegion)
    }

    var parts: [Part]
    /// Of the bytes that all answers may have in memory.
    var share: AnswerBudget.Share?

    var byteCount: Int {
        parts.reduce(0) { sum, part in
            switch part {
            case .bytes(let bytes): sum + bytes.readableBytes
            case .region(let region): sum + region.byteCount
            }
        }
    }

    init(_ bytes: ByteBuffer) { parts = [.bytes(bytes)] }
    init(parts: [Part]) { self.parts = parts }
}

extension LogRegion {
    /// The region for `sendfile`, with a descriptor of its own, which NIO closes when it has sent it; nil where there is none to have.
    func fileRegion() -> (region: FileRegion, handle: NIOFileHandle)? {
        guard let descriptor, let own = try? Self.duplicate(descriptor) else { return nil }
        let handle = NIOFileHandle(_deprecatedTakingOwnershipOfDescriptor: own)
        return (FileRegion(fileHandle: handle, readerIndex: Int(position), endIndex: Int(position) + byteCount), handle)
    }

    private struct NoDescriptor: Error {}

    private static func duplicate(_ descriptor: Int32) throws -> Int32 {
        let own = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
        guard own >= 0 else { throw NoDescriptor() }
        return own
    }
}
