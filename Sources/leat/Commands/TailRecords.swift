import Broker
import Coordination
import Records

/// The records of several partitions as one stream: of what is there, the oldest first. One thread.
final class TailRecords {
    private struct Source {
        var partition: TopicPartition
        var reader: SharedPartitionReader
        var waiting: ArraySlice<Record>
        /// Had nothing more since the last poll.
        var isIdle = false
    }

    private var sources: [Source] = []
    private let output: ConsoleOutput

    /// `isWanted` says which records count for "the last so many".
    init(
        _ log: SharedLogReader, _ partitions: [TopicPartition], from start: (TopicPartition) -> TailStart,
        isolation: SharedLogIsolation, output: ConsoleOutput, isWanted: (Record) -> Bool = { _ in true }
    ) throws {
        self.output = output
        for partition in partitions {
            let start = start(partition)
            if case .last(let count) = start {
                sources.append(try Self.last(count, log, partition, isolation, isWanted))
            } else {
                let reader = try log.open(partition, from: start.place ?? .latest, isolation: isolation)
                sources.append(Source(partition: partition, reader: reader, waiting: []))
            }
        }
    }

    /// Reads ever farther back until enough is found or the partition's start is reached.
    private static func last(
        _ count: Int, _ log: SharedLogReader, _ partition: TopicPartition, _ isolation: SharedLogIsolation, _ isWanted: (Record) -> Bool
    ) throws -> Source {
        let extent = try log.extent(of: partition)
        var span = Int64(max(count, 1)) + 8
        while true {
            let start = max(extent.startOffset, extent.endOffset - span)
            let reader = try log.open(partition, from: .offset(start), isolation: isolation)
            var found: [Record] = []
            while let batch = try reader.next() {
                found += batch.records.filter(isWanted)
                if found.count > 4 * count + 1_000 { found.removeFirst(found.count - count) }
            }
            guard found.count < count, start > extent.startOffset else {
                return Source(partition: partition, reader: reader, waiting: found.suffix(count))
            }
            span *= 8
        }
    }

    /// Nil: nothing more for now. The next call looks again.
    func next() throws -> (partition: TopicPartition, record: Record)? {
        for index in sources.indices where sources[index].waiting.isEmpty && !sources[index].isIdle {
            if let batch = try sources[index].reader.next() {
                sources[index].waiting = batch.records[...]
            } else {
                sources[index].isIdle = true
            }
            for finding in sources[index].reader.takeFindings() { output.warn("\(sources[index].partition): \(finding)") }
        }
        let oldest = sources.indices.filter { !sources[$0].waiting.isEmpty }.min {
            (sources[$0].waiting.first?.timestamp ?? 0, sources[$0].partition)
                < (sources[$1].waiting.first?.timestamp ?? 0, sources[$1].partition)
        }
        guard let oldest, let record = sources[oldest].waiting.popFirst() else {
            for index in sources.indices { sources[index].isIdle = false }
            return nil
        }
        return (sources[oldest].partition, record)
    }

    /// Leaves only the newest `count` of what waits: after a start at the last so many.
    func keepNewest(_ count: Int) {
        var places = sources.indices.flatMap { source in
            sources[source].waiting.map { (time: $0.timestamp, source: source, offset: $0.offset) }
        }
        places.sort { ($0.time, $0.source, $0.offset) < ($1.time, $1.source, $1.offset) }
        for place in places.dropLast(count) { sources[place.source].waiting.removeFirst() }
    }
}
