public import Coordination

/// What a replay reads of one partition: offsets from `start` to `end`, exclusive.
public struct ReplayRange: Codable, Hashable, Sendable {
    public var topic: String
    public var partition: Int32
    public var start: Int64
    public var end: Int64
    /// Order keys outside of these are passed over, as 40 hexadecimal digits: set where several inputs have to begin or end at the same record.
    public var firstOrder: String?
    public var lastOrder: String?

    public init(_ partition: TopicPartition, start: Int64, end: Int64) {
        topic = partition.topic
        self.partition = partition.partition
        self.start = start
        self.end = max(start, end)
    }

    public var place: TopicPartition { TopicPartition(topic, partition) }
}

/// Where a replay begins or ends, as it is asked for.
public enum ReplayPlace: Hashable, Sendable {
    /// The first record that the log still has; as an end: the log's end at the replay's start.
    case open
    /// The same offset in every partition.
    case offset(Int64)
    /// Offsets of some partitions, the topic where it is named; the others are whole.
    case offsets([NamedOffset])
    /// Milliseconds since 1970: the first record from then on.
    case time(Int64)
    case snapshot(String)

    public struct NamedOffset: Hashable, Sendable {
        public var topic: String?
        public var partition: Int32
        public var offset: Int64

        public init(topic: String?, partition: Int32, offset: Int64) {
            self.topic = topic
            self.partition = partition
            self.offset = offset
        }
    }

    /// Reads `beginning`, `end`, `snapshot:NAME`, an offset, or `[TOPIC:]PARTITION:OFFSET,…`; nil for anything else, which may be a time.
    public init?(text: String) {
        if text == "beginning" || text == "earliest" || text == "end" || text == "latest" {
            self = .open
        } else if text.hasPrefix("snapshot:"), text.count > 9 {
            self = .snapshot(String(text.dropFirst(9)))
        } else if let offset = Int64(text), offset >= 0 {
            self = .offset(offset)
        } else if text.hasPrefix("@"), let time = Int64(text.dropFirst()), time >= 0 {
            self = .time(time)
        } else {
            var offsets: [NamedOffset] = []
            for part in text.split(separator: ",", omittingEmptySubsequences: false) {
                let fields = part.split(separator: ":", omittingEmptySubsequences: false)
                guard (2...3).contains(fields.count), let offset = Int64(fields[fields.count - 1]), offset >= 0,
                    let partition = Int32(fields[fields.count - 2]), partition >= 0
                else { return nil }
                if fields.count == 3, fields[0].isEmpty || Int(fields[0]) != nil { return nil }
                offsets.append(NamedOffset(topic: fields.count == 3 ? String(fields[0]) : nil, partition: partition, offset: offset))
            }
            self = .offsets(offsets)
        }
    }
}
