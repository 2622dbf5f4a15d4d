/// The settings of one ``StateStore``. The defaults suit many small stores in one process below 1 GiB.
public struct StateStoreOptions: Sendable {
    /// What this store asks of the shared budget for one write buffer, in bytes. Two may be filled at once: one in use, one being
    /// written to disk. Larger buffers mean fewer, larger files, thus less rewriting.
    public var writeBufferBytes = 4 * 1024 * 1024
    /// Bloom filter, bits a key: 10 gives about one false positive in a hundred.
    public var bloomBitsPerKey = 10.0
    /// Bytes of one data block, the unit of reading.
    public var blockBytes = 8 * 1024
    /// Bytes of one file of sorted entries.
    public var fileBytes = 16 * 1024 * 1024
    /// Files kept open; the others are opened when read.
    public var openFiles = 128
    /// Compress blocks with LZ4. Off for values that are random bytes.
    public var compresses = true
    /// Where the memory comes from.
    public var memory = StateMemory.standard

    public init() {}
}
