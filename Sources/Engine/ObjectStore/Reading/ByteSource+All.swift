extension ByteSource {
    /// The `count` bytes from `start` on (all there are, without `count`); `tooLarge` where they are more than `limit`.
    public func readAll(from start: UInt64 = 0, count: UInt64? = nil, limit: Int) throws(ObjectStoreError) -> [UInt8] {
        if let count, count > UInt64(limit) {
            throw ObjectStoreError(.tooLarge, at: location, "\(count) bytes are more than the \(limit) allowed here")
        }
        try move(to: start)
        var result: [UInt8] = []
        result.reserveCapacity(Int(count ?? 0))
        let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 16)
        defer { piece.deallocate() }
        while true {
            let wanted = count.map { min(piece.count, Int($0) - result.count) } ?? piece.count
            if wanted == 0 { return result }
            let got = try read(into: UnsafeMutableRawBufferPointer(rebasing: piece[..<wanted]))
            if got == 0 { return result }
            guard result.count + got <= limit else {
                throw ObjectStoreError(.tooLarge, at: location, "is longer than the \(limit) bytes allowed here")
            }
            result.append(contentsOf: piece[..<got])
        }
    }
}
