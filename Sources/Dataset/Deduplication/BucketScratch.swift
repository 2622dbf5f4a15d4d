/// The stored buckets of one query, one after another.
struct BucketScratch {
    private var bytes: [UInt8] = []
    private var ends: [Int] = []

    mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
    }

    mutating func append(_ bucket: UnsafeRawBufferPointer?) {
        if let bucket { bytes.append(contentsOf: bucket) }
        ends.append(bytes.count)
    }

    func withBucket<Result>(_ number: Int, _ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try bytes.withUnsafeBytes { bytes in
            try body(UnsafeRawBufferPointer(rebasing: bytes[(number == 0 ? 0 : ends[number - 1])..<ends[number]]))
        }
    }
}
