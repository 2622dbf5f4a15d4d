import Broker
public import Coordination

/// Committed records of a data folder that another process may own at the same time: reading takes no lock.
///
/// Thread rule: each call opens its own files; any thread.
public struct SharedLog: Sendable {
    private let reader: SharedLogReader

    /// Opens a data folder for reading. Throws where it is none.
    public init(folder: String) throws(EngineError) {
        do {
            reader = try SharedLogReader(folder: folder)
        } catch {
            throw EngineError(translating: error, folder)
        }
    }

    /// Names and numbers of partitions.
    public func topics() throws(EngineError) -> [(name: String, partitions: Int32)] {
        do {
            return try reader.topics().map { ($0.name, $0.partitions) }
        } catch {
            throw EngineError(translating: error, reader.folder)
        }
    }

    /// Visits every committed record that the partition holds now, in order, until `body` returns false.
    public func forEachRecord(
        in partition: TopicPartition, _ body: (borrowing FetchedRecord) throws -> Bool
    ) throws {
        let records = try reader.open(partition, from: .earliest)
        var set = RecordSet()
        while let batch = try records.next() {
            set.removeAll()
            for record in batch.records { set.append(record) }
            for index in 0..<set.count where try !set.withRecord(at: index, body) { return }
        }
    }
}
