import Coordination
import LogClient
import Records
import Streams

/// A topic's records in the one order: its partitions, each in order, merged by order key. Progress marks are left out.
///
/// Memory: one fetch for each partition. One thread.
final class OrderedTopic {
    /// All records of one order key.
    struct Group {
        var order: OrderKey
        var records: [(partition: Int32, record: Record)]
    }

    private final class Lane {
        let partition: TopicPartition
        let end: Int64
        var records = RecordSet()
        var index = 0
        var last: OrderKey?
        var head: (order: OrderKey, record: Record)?

        init(_ partition: TopicPartition, start: Int64, end: Int64) {
            self.partition = partition
            self.end = end
            records.nextOffset = start
        }
    }

    /// More records of one order key than this are not compared: no stage of ours makes them.
    static let groupLimit = 10_000

    let topic: String
    private let engine: any LogEngine
    private let fetchBytes: Int
    private let isWanted: (borrowing FetchedRecord) -> Bool
    private var lanes: [Lane] = []
    private(set) var recordCount = 0

    init(
        _ topic: String, _ engine: any LogEngine, fetchBytes: Int = 256 << 10, isWanted: @escaping (borrowing FetchedRecord) -> Bool = { _ in true }
    ) throws {
        self.topic = topic
        self.engine = engine
        self.fetchBytes = fetchBytes
        self.isWanted = isWanted
        for number in 0..<(try engine.partitionCount(of: topic)) {
            let partition = TopicPartition(topic, number)
            let lane = Lane(partition, start: try engine.startOffset(of: partition), end: try engine.stableOffset(of: partition))
            lanes.append(lane)
        }
    }

    private func fill(_ lane: Lane) throws {
        while lane.head == nil {
            if lane.index >= lane.records.count {
                let place = lane.records.nextOffset
                guard place < lane.end else { return }
                let isPatient = ContinuousClock.now + .seconds(30)
                repeat {
                    try engine.fetch(lane.partition, from: place, maximumBytes: fetchBytes, waitingAtMost: .seconds(1), into: &lane.records)
                    guard ContinuousClock.now < isPatient else {
                        throw PipelineError("\(lane.partition): nothing came from offset \(place) on for 30 s, though there is more up to \(lane.end)")
                    }
                } while lane.records.nextOffset <= place
                lane.index = 0
                continue
            }
            let found: (OrderKey, Record)? = lane.records.withRecord(at: lane.index) { record in
                guard !record.isMark, isWanted(record) else { return nil }
                return (record.order(in: lane.partition.partition), record.copy())
            }
            lane.index += 1
            guard let found else { continue }
            if let last = lane.last, found.0 < last {
                throw PipelineError(
                    """
                    \(lane.partition) offset \(found.1.offset) has order key \(found.0), and \(last) came before it: the topic is not in order, so it cannot \
                    be compared record by record
                    """)
            }
            lane.last = found.0
            lane.head = found
        }
    }

    /// The next order key's records; nil at the end.
    func next() throws -> Group? {
        var group: Group?
        for lane in lanes {
            try fill(lane)
            guard let head = lane.head else { continue }
            if group == nil || head.order < group!.order { group = Group(order: head.order, records: []) }
        }
        guard var group else { return nil }
        for lane in lanes {
            while let head = lane.head, head.order == group.order {
                guard group.records.count < Self.groupLimit else {
                    throw PipelineError("\(lane.partition): more than \(Self.groupLimit) records have the order key \(group.order)")
                }
                group.records.append((lane.partition.partition, head.record))
                lane.head = nil
                try fill(lane)
            }
        }
        recordCount += group.records.count
        return group
    }
}

/// An ordered topic of which the reader asks for one order key after the other, each greater than the last.
final class OrderedLookUp {
    private let topic: OrderedTopic
    private var head: OrderedTopic.Group?
    private var isAtEnd = false

    init(_ topic: OrderedTopic) { self.topic = topic }

    /// The records of this order key, none where there are none.
    func records(at order: OrderKey) throws -> [(partition: Int32, record: Record)] {
        while !isAtEnd {
            if let head {
                if head.order == order { return head.records }
                if head.order > order { return [] }
            }
            head = try topic.next()
            isAtEnd = head == nil
        }
        return []
    }
}
