// Snappy as Kafka's Java clients write it (xerial/snappy-java, SnappyOutputStream):
//   82 'S' 'N' 'A' 'P' 'P' 'Y' 00, version i32 = 1, oldest compatible version i32 = 1 (big-endian),
//   then blocks: length i32, a raw snappy block of at most 32 KiB of input.

enum XerialFraming {
    static let headerSize = 16
    static let blockSize = 32 << 10
    static let header: [UInt8] = [0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0, 0, 0, 0, 1, 0, 0, 0, 1]
    /// The first four bytes of the header, where a block's length could be: too large to be one.
    static let magicStart: UInt32 = 0x8253_4e41

    static func begins(_ input: UnsafeRawBufferPointer) -> Bool {
        input.count >= headerSize && input.prefix(8).elementsEqual(header.prefix(8))
    }
}
