// manifest/<version, 20 digits>: what of a partition is in the remote store. Lines of text, fields apart by one blank:
//
//   leat tier 1
//   writer <id>                           16 hexadecimal digits, drawn by each process that writes
//   start <offset>                        the first offset that may be read
//   epoch <leader epoch> <start offset>   for each epoch, ascending
//   segment <base> <end> <bytes> <largest timestamp> <crc32c> <bundle crc32c> <index> <timeindex> <txnindex> <snapshot>
//                                         for each segment, ascending: offsets from base up to, not including, end; the CRC-32C of both
//                                         objects in hexadecimal; bytes of the four parts of the bundle, in this order
//   crc32c <8 digits>                     hexadecimal, of all lines above with their line ends
//
// A version is written once and never changed: whoever writes the next one first is the writer, and another finds that out by failing.

import Records

/// What of a partition is in the remote store.
public struct RemoteManifest: Sendable, Equatable {
    /// A sealed segment and its bundle of indexes.
    public struct Segment: Sendable, Equatable {
        public var baseOffset: Int64
        /// The offset after the last.
        public var endOffset: Int64
        public var byteCount: Int64
        public var largestTimestamp: Int64
        public var checksum: UInt32
        public var bundleChecksum: UInt32
        /// Bytes of offset index, time index, transaction index and producer snapshot.
        public var parts: [Int]

        /// The name of both objects: the same content has the same name.
        var name: String { LogFiles.digits(baseOffset) + "-" + LogFiles.digits(endOffset) + "-" + String(checksum, radix: 16) }
        var bundleSize: Int { parts.reduce(0, +) }
        /// Where part number `index` lies in the bundle.
        func part(_ index: Int) -> Range<Int> {
            let start = parts[..<index].reduce(0, +)
            return start..<start + parts[index]
        }
    }

    /// Who wrote it.
    var writer: UInt64 = 0
    public var startOffset: Int64 = 0
    public var segments: [Segment] = []
    public var epochs: [(epoch: Int32, startOffset: Int64)] = []

    public static func == (one: RemoteManifest, other: RemoteManifest) -> Bool {
        one.writer == other.writer && one.startOffset == other.startOffset && one.segments == other.segments
            && one.epochs.elementsEqual(other.epochs) { $0 == $1 }
    }

    /// The offset after the last that is there; `nil` for nothing.
    public var endOffset: Int64? { segments.last?.endOffset }
    public var byteCount: Int64 { segments.reduce(0) { $0 + $1.byteCount } }

    public init() {}

    func segment(of offset: Int64) -> Int? {
        var low = 0
        var high = segments.count
        while low < high {
            let middle = (low + high) / 2
            if segments[middle].endOffset <= offset { low = middle + 1 } else { high = middle }
        }
        return low < segments.count ? low : nil
    }

    func encode() -> [UInt8] {
        let id = String(writer, radix: 16)
        var text = "leat tier 1\nwriter \(String(repeating: "0", count: 16 - id.count))\(id)\nstart \(startOffset)\n"
        for (epoch, start) in epochs { text += "epoch \(epoch) \(start)\n" }
        for segment in segments {
            text += "segment \(segment.baseOffset) \(segment.endOffset) \(segment.byteCount) \(segment.largestTimestamp) "
            text += "\(String(segment.checksum, radix: 16)) \(String(segment.bundleChecksum, radix: 16)) "
            text += segment.parts.map(String.init).joined(separator: " ") + "\n"
        }
        let digits = String(Checksum.crc32c(Array(text.utf8)), radix: 16)
        return Array((text + "crc32c \(String(repeating: "0", count: 8 - digits.count))\(digits)\n").utf8)
    }

    /// `nil` for anything that `encode` did not write.
    init?(_ bytes: [UInt8]) {
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
        guard lines.count >= 3, lines[0] == "leat tier 1" else { return nil }
        for line in lines.dropFirst().dropLast() {
            let fields = line.split(separator: " ")
            let numbers = fields.dropFirst().map { Int64($0) ?? -1 }
            switch (fields.first, fields.count) {
            case ("writer", 2): writer = UInt64(fields[1], radix: 16) ?? 0
            case ("start", 2): startOffset = numbers[0]
            case ("epoch", 3): epochs.append((Int32(truncatingIfNeeded: numbers[0]), numbers[1]))
            case ("segment", 11):
                guard let checksum = UInt32(fields[5], radix: 16), let bundle = UInt32(fields[6], radix: 16), numbers[0] >= 0,
                    numbers[1] > numbers[0], numbers[0] >= segments.last?.endOffset ?? 0, numbers[6...].allSatisfy({ $0 >= 0 && $0 < 1 << 31 })
                else { return nil }
                segments.append(
                    Segment(
                        baseOffset: numbers[0], endOffset: numbers[1], byteCount: numbers[2], largestTimestamp: numbers[3], checksum: checksum,
                        bundleChecksum: bundle, parts: numbers[6...].map { Int($0) }))
            default: return nil
            }
        }
        guard encode() == bytes else { return nil }
    }
}
