// DescribeLogDirsRequest and DescribeLogDirsResponse (source: Kafka's message definitions of these names), versions 1 to 5;
// compact lengths and tag sections from 2.

/// Asks how much the partitions take on disk.
public struct DescribeLogDirsRequest: WireRequest {
    public typealias Response = DescribeLogDirsResponse
    public static var apiKey: ApiKey { .describeLogDirs }

    public var topics: [Topic]?

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.nullableArray(&topics, "topics")
    }
}

extension DescribeLogDirsRequest {
    /// What is asked of one topic.
    public struct Topic: WireStruct {
        public var name = ""
        public var partitions: [Int32] = []

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.string(&name, "name")
            try coder.array(&partitions, "partitions")
        }
    }
}

/// The folders with logs, and the sizes of partitions.
public struct DescribeLogDirsResponse: WireMessage {
    public static var apiKey: ApiKey { .describeLogDirs }

    /// How long the client should stay silent because it went over a quota.
    public var throttleTimeMilliseconds: Int32 = 0
    public var errorCode: Int16 = 0
    public var results: [LogDirectory] = []

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.int32(&throttleTimeMilliseconds, "throttleTimeMilliseconds")
        try coder.int16(&errorCode, "errorCode", from: 3)
        try coder.array(&results, "results")
    }
}

extension DescribeLogDirsResponse {
    /// One folder with logs.
    public struct LogDirectory: WireStruct {
        public var errorCode: Int16 = 0
        /// The folder's absolute path.
        public var logDirectory = ""
        public var topics: [Topic] = []
        /// The size of the file system; -1: not known.
        public var totalBytes: Int64 = -1
        /// What is free of it; -1: not known.
        public var usableBytes: Int64 = -1
        /// Whether no new partitions are put here.
        public var isCordoned = false

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.int16(&errorCode, "errorCode")
            try coder.string(&logDirectory, "logDirectory")
            try coder.array(&topics, "topics")
            try coder.int64(&totalBytes, "totalBytes", from: 4)
            try coder.int64(&usableBytes, "usableBytes", from: 4)
            try coder.bool(&isCordoned, "isCordoned", from: 5)
        }
    }

    /// What is answered for one topic.
    public struct Topic: WireStruct {
        public var name = ""
        public var partitions: [Partition] = []

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.string(&name, "name")
            try coder.array(&partitions, "partitions")
        }
    }

    /// What is answered for one partition.
    public struct Partition: WireStruct {
        public var partitionIndex: Int32 = 0
        /// In bytes.
        public var partitionSize: Int64 = 0
        /// How many offsets the copy is behind.
        public var offsetLag: Int64 = 0
        /// Whether the partition is being moved to this folder.
        public var isFutureKey = false

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.int32(&partitionIndex, "partitionIndex")
            try coder.int64(&partitionSize, "partitionSize")
            try coder.int64(&offsetLag, "offsetLag")
            try coder.bool(&isFutureKey, "isFutureKey")
        }
    }
}
