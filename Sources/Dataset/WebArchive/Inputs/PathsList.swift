import ObjectStore

/// A list of archives as Common Crawl publishes it: one path a line, gzip or plain, and which of its lines are meant.
struct PathsList: Equatable {
    let location: String
    /// Counted from 1; both are meant.
    let first: Int
    let last: Int

    static let maximumBytes = 64 << 20

    /// Nil where the argument does not name a list (`…paths.gz`, `…paths`, `…paths.txt`, with `#from-to`, `#from-` or `#line`).
    init?(_ argument: String) {
        let parts = argument.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        let name = parts[0].lowercased()
        guard name.hasSuffix("paths.gz") || name.hasSuffix("paths") || name.hasSuffix("paths.txt") else { return nil }
        var (first, last) = (1, Int.max)
        if parts.count == 2 {
            let bounds = parts[1].split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
            guard let from = Int(bounds[0]), from >= 1 else { return nil }
            first = from
            if bounds.count == 1 {
                last = from
            } else if !bounds[1].isEmpty {
                guard let to = Int(bounds[1]), to >= from else { return nil }
                last = to
            }
        }
        location = String(parts[0])
        (self.first, self.last) = (first, last)
    }

    /// The lines of the list that `source` holds, empty ones left out.
    static func lines(_ source: any ByteSource) throws(ObjectStoreError) -> [String] {
        let input = try CompressedInput(source, at: 0)
        try input.fill(16)
        let stream = DecodedStream(input, format: ArchiveFormat(sniffing: input.bytes), dictionary: nil)
        try stream.ensure(maximumBytes + 1)
        guard stream.available <= maximumBytes else {
            throw ObjectStoreError(
                .tooLarge, at: source.location, "is longer than \(maximumBytes) bytes: is it a list of paths?")
        }
        guard stream.runEnd == .end else {
            throw ObjectStoreError(.invalidResponse, at: source.location, "is cut or damaged: fetch it again")
        }
        return stream.bytes.split(separator: 10).map { String(decoding: $0.trimmingSpace, as: UTF8.self) }.filter {
            !$0.isEmpty
        }
    }
}
