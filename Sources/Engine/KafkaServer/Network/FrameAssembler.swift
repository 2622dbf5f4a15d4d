// On the wire, in both directions: length i32, big endian, then that many bytes (Kafka protocol guide, "Network").
import NIOCore

/// Cuts a connection's bytes into requests, without I/O: bytes go in as they come, whole frames come out.
///
/// A length is judged before anything is kept for it, and memory for a large frame grows with what has really arrived, so that a
/// peer who announces much and sends little costs little. Small frames are slices of what was read, without a copy.
struct FrameAssembler {
    /// Frames up to this size are waited for in the input; larger ones get a buffer of their own, into which their bytes go once.
    private static let ownBufferBytes = 8 << 10
    private static let firstReservation = 1 << 20

    private var input = ByteBuffer()
    private var large: ByteBuffer?
    private var missing = 0

    /// Bytes that are kept.
    var byteCount: Int { input.readableBytes + (large?.capacity ?? 0) }
    var isEmpty: Bool { input.readableBytes == 0 && large == nil }

    mutating func add(_ bytes: ByteBuffer) {
        var bytes = bytes
        if large != nil, input.readableBytes == 0 { Self.move(&bytes, to: &large, missing: &missing) }
        guard bytes.readableBytes > 0 else { return }
        if input.readableBytes == 0 {
            input = bytes
        } else {
            input.writeBuffer(&bytes)
        }
    }

    /// The next whole frame, without its length; nil where it is not all there yet. Throws what makes the connection unusable.
    mutating func next(limit: Int) throws(FrameError) -> ByteBuffer? {
        if large == nil {
            guard let announced = input.getInteger(at: input.readerIndex, as: Int32.self) else { return nil }
            guard announced >= 0, announced <= limit else {
                throw FrameError(description: "a request of \(announced) bytes was announced; from 0 to \(limit) are taken")
            }
            let count = Int(announced)
            if count <= Self.ownBufferBytes {
                guard input.readableBytes >= 4 + count else { return nil }
                input.moveReaderIndex(forwardBy: 4)
                return input.readSlice(length: count)
            }
            input.moveReaderIndex(forwardBy: 4)
            large = ByteBufferAllocator().buffer(capacity: min(count, Self.firstReservation))
            missing = count
        }
        if large != nil { Self.move(&input, to: &large, missing: &missing) }
        guard missing == 0, let frame = large else { return nil }
        large = nil
        return frame
    }

    private static func move(_ bytes: inout ByteBuffer, to frame: inout ByteBuffer?, missing: inout Int) {
        let count = min(missing, bytes.readableBytes)
        guard count > 0, var slice = bytes.readSlice(length: count) else { return }
        frame?.writeBuffer(&slice)
        missing -= count
    }
}

/// Why a connection's bytes make no sense.
struct FrameError: Error, CustomStringConvertible {
    let description: String
}
