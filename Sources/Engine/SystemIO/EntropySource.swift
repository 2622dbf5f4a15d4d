import CPosix
import Synchronization

/// The door to randomness. Safe from any thread.
public protocol EntropySource: Sendable {
    func fill(_ bytes: UnsafeMutableRawBufferPointer) throws(SystemIOError)
}

extension EntropySource {
    public func bytes(count: Int) throws(SystemIOError) -> [UInt8] {
        var failure: SystemIOError?
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            do throws(SystemIOError) {
                try fill(UnsafeMutableRawBufferPointer(buffer))
                filled = count
            } catch { failure = error }
        }
        if let failure { throw failure }
        return bytes
    }

    /// A random (version 4) identifier.
    public func identifier() throws(SystemIOError) -> UniqueIdentifier {
        UniqueIdentifier(randomBytes: try bytes(count: 16))
    }
}

/// The kernel's generator.
public struct SystemEntropySource: EntropySource {
    public init() {}
    public func fill(_ bytes: UnsafeMutableRawBufferPointer) throws(SystemIOError) {
        try check(leat_random(bytes.baseAddress, bytes.count), "read random bytes from", "the kernel")
    }
}

/// The same bytes for the same seed: for tests and replays alone.
public final class SeededEntropySource: EntropySource {
    private let generator: Mutex<SeededGenerator>

    public init(seed: UInt64) { generator = Mutex(SeededGenerator(seed: seed)) }

    public func fill(_ bytes: UnsafeMutableRawBufferPointer) throws(SystemIOError) {
        generator.withLock { generator in
            for index in bytes.indices { bytes[index] = UInt8(truncatingIfNeeded: generator.next() >> 32) }
        }
    }
}

/// SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014). Not for secrets.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    public init(seed: UInt64) { state = seed }

    public mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
