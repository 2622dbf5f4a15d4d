// In the metadata of a concurrent stage's committed position, before the ledger: `ahead=3,7,8;` — distances from the position, ascending.

import Coordination

/// The records that a concurrent stage has settled beyond its position, as the position's metadata names them.
enum SettledAhead {
    /// Kafka takes 4,096 bytes of metadata; the ledger behind may be cut, this list may not.
    private static let byteLimit = 3_400

    static func position(_ offset: Int64, _ ledger: Ledger, _ ahead: [Int64]) -> OffsetAndMetadata {
        let distances = ahead.map { $0 - offset }.filter { $0 > 0 }.sorted()
        guard !distances.isEmpty else { return OffsetAndMetadata(offset: offset, metadata: ledger.text) }
        let list = "ahead=" + distances.map(String.init).joined(separator: ",") + ";"
        return OffsetAndMetadata(offset: offset, metadata: list + ledger.text(atMost: 4_090 - min(list.utf8.count, byteLimit)))
    }

    static func offsets(in position: OffsetAndMetadata) -> [Int64] {
        guard position.metadata.hasPrefix("ahead="), let end = position.metadata.firstIndex(of: ";") else { return [] }
        return position.metadata[..<end].dropFirst(6).split(separator: ",").compactMap { Int64($0) }.map { position.offset + $0 }
    }
}
