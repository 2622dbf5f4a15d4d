/// CRC-32C (Castagnoli, RFC 3720 appendix B.4; reflected polynomial 0x82f63b78), by tables of four bytes a step.
enum CRC32C {
    private static let tables: [[UInt32]] = {
        var first = [UInt32](repeating: 0, count: 256)
        for index in 0..<256 {
            var value = UInt32(index)
            for _ in 0..<8 { value = value & 1 == 1 ? value >> 1 ^ 0x82f6_3b78 : value >> 1 }
            first[index] = value
        }
        var all = [first]
        for _ in 1..<4 {
            let previous = all[all.count - 1]
            all.append(previous.map { $0 >> 8 ^ first[Int($0 & 0xff)] })
        }
        return all
    }()

    static func of(_ bytes: [UInt8]) -> UInt32 {
        let (one, two, three, four) = (tables[0], tables[1], tables[2], tables[3])
        var checksum = ~UInt32(0)
        var index = 0
        while index + 4 <= bytes.count {
            checksum ^= UInt32(bytes[index]) | UInt32(bytes[index + 1]) << 8
                | UInt32(bytes[index + 2]) << 16 | UInt32(bytes[index + 3]) << 24
            checksum = four[Int(checksum & 0xff)] ^ three[Int(checksum >> 8 & 0xff)]
                ^ two[Int(checksum >> 16 & 0xff)] ^ one[Int(checksum >> 24)]
            index += 4
        }
        while index < bytes.count {
            checksum = checksum >> 8 ^ one[Int((checksum ^ UInt32(bytes[index])) & 0xff)]
            index += 1
        }
        return ~checksum
    }
}
