/// Sorts 32-bit numbers by four passes of one byte, in linear time whatever they are, and drops repeats.
struct RadixSorter {
    private var other: [UInt32] = []
    private var counts = [UInt32](repeating: 0, count: 4 * 256)

    /// The first `count` numbers of `values`, ascending and distinct. Leaves `values` in any order.
    mutating func sortedDistinct(_ values: inout [UInt32], count: Int) -> [UInt32] {
        guard count > 1 else { return Array(values[..<count]) }
        if other.count < count { other = [UInt32](repeating: 0, count: count) }
        return values.withUnsafeMutableBufferPointer { values in
            other.withUnsafeMutableBufferPointer { other in
                counts.withUnsafeMutableBufferPointer { counts in
                    Self.count(UnsafeBufferPointer(rebasing: values[..<count]), counts)
                    for pass in 0..<4 {
                        let places = UnsafeMutableBufferPointer(rebasing: counts[(pass * 256)..<(pass * 256 + 256)])
                        if pass & 1 == 0 {
                            Self.move(values, other, count, places, shift: UInt32(pass * 8))
                        } else {
                            Self.move(other, values, count, places, shift: UInt32(pass * 8))
                        }
                    }
                    return Self.distinct(values, count)
                }
            }
        }
    }

    /// How often each byte occurs at each of the four places.
    private static func count(_ values: UnsafeBufferPointer<UInt32>, _ counts: UnsafeMutableBufferPointer<UInt32>) {
        counts.update(repeating: 0)
        for value in values {
            counts[Int(value & 0xFF)] &+= 1
            counts[256 + Int(value >> 8 & 0xFF)] &+= 1
            counts[512 + Int(value >> 16 & 0xFF)] &+= 1
            counts[768 + Int(value >> 24)] &+= 1
        }
    }

    private static func move(
        _ source: UnsafeMutableBufferPointer<UInt32>, _ target: UnsafeMutableBufferPointer<UInt32>, _ count: Int,
        _ places: UnsafeMutableBufferPointer<UInt32>, shift: UInt32
    ) {
        var next: UInt32 = 0
        for byte in 0..<256 {
            let here = places[byte]
            places[byte] = next
            next &+= here
        }
        for index in 0..<count {
            let value = source[index]
            let byte = Int(value >> shift & 0xFF)
            target[Int(places[byte])] = value
            places[byte] &+= 1
        }
    }

    private static func distinct(_ sorted: UnsafeMutableBufferPointer<UInt32>, _ count: Int) -> [UInt32] {
        [UInt32](unsafeUninitializedCapacity: count) { output, length in
            var last = sorted[0]
            output[0] = last
            length = 1
            for index in 1..<count where sorted[index] != last {
                last = sorted[index]
                output[length] = last
                length += 1
            }
        }
    }
}
