import NIOCore
import Testing

@testable import KafkaServer

@Suite struct FrameAssemblerTests {
    private func framed(_ payload: [UInt8]) -> [UInt8] {
        withUnsafeBytes(of: Int32(payload.count).bigEndian) { Array($0) } + payload
    }

    /// Frames of all sizes around the bounds come out as they went in, however the bytes are cut.
    @Test(arguments: [1, 2, 3, 7, 1_000, 4_096, 70_000]) func framesComeOutAsTheyWentInHoweverTheBytesAreCut(step: Int) throws {
        let sizes = [0, 1, 3, 8_191, 8_192, 8_193, 20_000, 5, 0, 100_000, 2]
        let payloads = sizes.enumerated().map { index, size in (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ index) } }
        let bytes = payloads.flatMap(framed)
        var assembler = FrameAssembler()
        var found: [[UInt8]] = []
        for start in stride(from: 0, to: bytes.count, by: step) {
            assembler.add(ByteBuffer(bytes: bytes[start..<min(start + step, bytes.count)]))
            while let frame = try assembler.next(limit: 1 << 20) { found.append(Array(frame.readableBytesView)) }
        }
        #expect(found == payloads)
        #expect(assembler.isEmpty)
    }

    @Test(arguments: [Int32(-1), .min, 1_001, .max]) func impossibleLengthsAreRefusedBeforeAnythingIsKept(length: Int32) {
        var assembler = FrameAssembler()
        var bytes = ByteBuffer()
        bytes.writeInteger(length)
        assembler.add(bytes)
        #expect(throws: FrameError.self) { try assembler.next(limit: 1_000) }
        #expect(assembler.byteCount <= 4)
    }

    /// A peer that announces 16 MiB and sends nothing must not make the server take 16 MiB.
    @Test func memoryGrowsWithWhatArrivesNotWithWhatIsAnnounced() throws {
        var assembler = FrameAssembler()
        var bytes = ByteBuffer()
        bytes.writeInteger(Int32(16 << 20))
        assembler.add(bytes)
        #expect(try assembler.next(limit: 16 << 20) == nil)
        #expect(assembler.byteCount <= 1 << 20)
    }
}

@Suite struct ResponseQueueTests {
    private func buffer(_ number: Int) -> Answer { Answer(ByteBuffer(integer: UInt32(number))) }

    private func taken(_ queue: inout ResponseQueue) -> ByteBuffer? {
        guard case .bytes(let bytes) = queue.next()?.parts.first else { return nil }
        return bytes
    }

    private func bytes(_ number: Int) -> ByteBuffer { ByteBuffer(integer: UInt32(number)) }

    @Test func answersLeaveInTheOrderOfTheRequests() {
        var queue = ResponseQueue()
        let places = (0..<4).map { _ in queue.reserve() }
        queue.complete(places[2], with: buffer(2))
        #expect(taken(&queue) == nil)
        queue.complete(places[0], with: nil)
        #expect(taken(&queue) == nil)
        #expect(queue.count == 3)
        queue.complete(places[1], with: buffer(1))
        #expect(taken(&queue) == bytes(1))
        #expect(taken(&queue) == bytes(2))
        #expect(taken(&queue) == nil)
        queue.complete(places[3], with: buffer(3))
        #expect(taken(&queue) == bytes(3))
        #expect(queue.count == 0)
    }

    @Test func aPlaceThatWasAnsweredIsNotFilledAgain() {
        var queue = ResponseQueue()
        let place = queue.reserve()
        queue.complete(place, with: buffer(1))
        #expect(taken(&queue) == bytes(1))
        queue.complete(place, with: buffer(2))
        #expect(taken(&queue) == nil)
        let next = queue.reserve()
        queue.complete(next, with: buffer(3))
        #expect(taken(&queue) == bytes(3))
    }
}
