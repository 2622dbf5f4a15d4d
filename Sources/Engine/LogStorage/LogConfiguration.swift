/// When an append counts as durable, and how far consumers may read.
public enum FlushPolicy: Sendable, Equatable, CustomStringConvertible {
    /// `fdatasync` shared by all that wait; consumers read up to what is durable.
    case group
    /// Synced every so many milliseconds by the log's owner; consumers read up to the end.
    case interval(milliseconds: Int64)
    /// Left to the operating system; consumers read up to the end.
    case never

    public var description: String {
        switch self {
        case .group: "group"
        case .interval(let milliseconds): "interval:\(milliseconds)ms"
        case .never: "never"
        }
    }
}

/// The settings of one partition, by Kafka's own names.
public struct LogConfiguration: Sendable, Equatable {
    /// `segment.bytes`: a segment is sealed before it grows past this.
    public var segmentBytes: Int64 = 1 << 30
    /// `segment.ms`: a segment is sealed when its first append is this old.
    public var segmentMilliseconds: Int64 = 7 * 24 * 3_600_000
    /// `index.interval.bytes`: bytes of log between two entries of the index.
    public var indexIntervalBytes: Int64 = 4096
    /// `retention.bytes`: sealed segments are removed while the rest is at least this large; -1 for no bound.
    public var retentionBytes: Int64 = -1
    /// `retention.ms`: sealed segments are removed when their newest record is older; -1 for never.
    public var retentionMilliseconds: Int64 = 7 * 24 * 3_600_000
    /// `max.message.bytes`: of one batch, as sent.
    public var maxMessageBytes = 1_048_588
    /// `message.timestamp.type`: `LogAppendTime` writes the log's time over the producer's.
    public var usesLogAppendTime = false
    /// `cleanup.policy` holds `delete`: retention applies.
    public var deletesByRetention = true
    /// `cleanup.policy` holds `compact`. The log itself does not compact yet; it keeps everything.
    public var isCompacted = false
    /// `flush.policy`: ours.
    public var flushPolicy = FlushPolicy.group
    /// `producer.id.expiration.ms`: a producer that has written nothing for so long is forgotten.
    public var producerExpirationMilliseconds: Int64 = 24 * 3_600_000

    public init() {}

    /// Reads settings by name; what is missing keeps its default. Throws `LogError.invalidConfiguration`, naming the key.
    public init(settings: [String: String]) throws(LogError) {
        for key in settings.keys.sorted() {
            try set(key, settings[key] ?? "")
        }
    }

    private mutating func set(_ key: String, _ value: String) throws(LogError) {
        func number(atLeast least: Int64, atMost most: Int64 = .max) throws(LogError) -> Int64 {
            guard let number = Int64(value), number >= least, number <= most else {
                throw .invalidConfiguration(key: key, value: value, reason: "a whole number from \(least) to \(most) is needed")
            }
            return number
        }
        switch key {
        case "segment.bytes": segmentBytes = try number(atLeast: 1024, atMost: Int64(Int32.max))
        case "segment.ms": segmentMilliseconds = try number(atLeast: 1)
        case "index.interval.bytes": indexIntervalBytes = try number(atLeast: 0, atMost: Int64(Int32.max))
        case "retention.bytes": retentionBytes = try number(atLeast: -1)
        case "retention.ms": retentionMilliseconds = try number(atLeast: -1)
        case "max.message.bytes": maxMessageBytes = Int(try number(atLeast: 0, atMost: Int64(Int32.max)))
        case "producer.id.expiration.ms": producerExpirationMilliseconds = try number(atLeast: 1)
        case "message.timestamp.type":
            guard value == "CreateTime" || value == "LogAppendTime" else {
                throw .invalidConfiguration(key: key, value: value, reason: "CreateTime or LogAppendTime is needed")
            }
            usesLogAppendTime = value == "LogAppendTime"
        case "cleanup.policy":
            let parts = value.split(separator: ",").map { $0.filter { $0 != " " } }
            guard !parts.isEmpty, parts.allSatisfy({ $0 == "delete" || $0 == "compact" }) else {
                throw .invalidConfiguration(key: key, value: value, reason: "delete, compact or both are needed")
            }
            deletesByRetention = parts.contains("delete")
            isCompacted = parts.contains("compact")
        case "compression.type":
            guard value == "producer" else {
                throw .invalidConfiguration(key: key, value: value, reason: "batches are kept as sent: only producer is supported")
            }
        case "flush.policy": flushPolicy = try Self.flushPolicy(value)
        default:
            throw .invalidConfiguration(key: key, value: value, reason: "there is no such setting of a topic")
        }
    }

    /// Reads `group`, `never` or `interval:<number>ms`.
    static func flushPolicy(_ value: String) throws(LogError) -> FlushPolicy {
        if value == "group" { return .group }
        if value == "never" { return .never }
        if value.hasPrefix("interval:"), value.hasSuffix("ms"), let milliseconds = Int64(value.dropFirst(9).dropLast(2)),
            milliseconds > 0
        {
            return .interval(milliseconds: milliseconds)
        }
        throw .invalidConfiguration(
            key: "flush.policy", value: value, reason: "group, never or interval:<number>ms is needed, such as interval:100ms")
    }
}
