import LogStorage
import NIOCore

/// Puts a fetch's answer together: large regions stay in their files for `sendfile`, the rest is read into as few buffers as there can be.
struct AnswerAssembly {
    private let minimumFileRegionBytes: Int
    private var parts: [Answer.Part] = []
    private var buffer = ByteBuffer()

    init(minimumFileRegionBytes: Int) { self.minimumFileRegionBytes = minimumFileRegionBytes }

    mutating func add(_ bytes: [UInt8]) { buffer.writeBytes(bytes) }

    mutating func add(_ region: LogRegion) throws {
        guard region.byteCount < minimumFileRegionBytes || region.descriptor == nil else {
            flushBuffer()
            return parts.append(.region(region))
        }
        try buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: region.byteCount) { try region.read(into: $0) }
    }

    private mutating func flushBuffer() {
        guard buffer.readableBytes > 0 else { return }
        parts.append(.bytes(buffer))
        buffer = ByteBuffer()
    }

    var answer: Answer {
        mutating get {
            flushBuffer()
            return Answer(parts: parts)
        }
    }
}
