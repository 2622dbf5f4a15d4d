// MurmurHash2, 32 bits (Austin Appleby; as org.apache.kafka.common.utils.Utils.murmur2 has it): seed 0x9747b28c,
// m = 0x5bd1e995, r = 24, words little-endian. A key's partition is (hash & 0x7fffffff) modulo the number of partitions.

/// Kafka's choice of a partition, so that equal keys lie where its own clients put them.
enum ProducePartitioner {
    static func partition(ofKey key: [UInt8], partitions: Int32) -> Int32 {
        Int32(bitPattern: murmur2(key) & 0x7FFF_FFFF) % partitions
    }

    static func murmur2(_ bytes: [UInt8]) -> UInt32 {
        let multiplier: UInt32 = 0x5BD1_E995
        var hash: UInt32 = 0x9747_B28C ^ UInt32(truncatingIfNeeded: bytes.count)
        let words = bytes.count / 4
        for word in 0..<words {
            var value: UInt32 = 0
            for index in (0..<4).reversed() { value = value << 8 | UInt32(bytes[word * 4 + index]) }
            value = value &* multiplier
            value ^= value >> 24
            value = value &* multiplier
            hash = hash &* multiplier ^ value
        }
        let rest = bytes.count % 4
        if rest > 0 {
            for index in (0..<rest).reversed() { hash ^= UInt32(bytes[words * 4 + index]) << UInt32(8 * index) }
            hash = hash &* multiplier
        }
        hash ^= hash >> 13
        hash = hash &* multiplier
        return hash ^ hash >> 15
    }
}
