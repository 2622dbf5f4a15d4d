import ArgumentParser
import Broker
import Coordination
import LogClient
import LogStorage
import Records
import SystemIO

/// `leat produce`.
struct ProduceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "produce",
        abstract: "Appends lines from standard input to a topic, a record a line.",
        discussion: """
            Examples:
              echo hello | leat produce notes
              leat produce notes --key-separator : < pairs.txt           key:value, split at the first colon
              leat produce notes --header source=import --compression zstd < lines.txt
              leat produce notes --json < lines.txt                      {"topic","partition","offset"} for each record

            A record with a key goes to the partition that Kafka's own clients choose (murmur2); others go to one partition a batch,
            each in turn. What is acknowledged is durable as the topic's flush.policy says, and on a cluster by all replicas. A data
            folder must have no other owner: stop `leat run` first, or name a running server with --brokers.

            \(PlaceOption.explanation)
            """)

    @Argument(help: "The topic.") var topic: String
    @OptionGroup var place: PlaceOption
    @Option(help: ArgumentHelp("What ends the key in a line; without it records have no key.", valueName: "text")) var keySeparator: String?
    @Option(name: .customLong("header"), help: ArgumentHelp("A header for every record; may be given again.", valueName: "key=value"))
    var headers: [String] = []
    @Option(help: "All records to this partition.") var partition: Int32?
    @Option(
        help: ArgumentHelp("Codec of the batches: none, gzip, snappy, lz4, zstd; without it the topic's compression.type.", valueName: "codec"),
        transform: codec)
    var compression: CompressionCodec?
    @Flag(help: "Print an object for each record.") var json = false

    private static func codec(_ name: String) throws -> CompressionCodec {
        guard let codec = CompressionCodec(name: name) else {
            throw ValidationError("--compression \(name): none, gzip, snappy, lz4 and zstd are known")
        }
        return codec
    }

    func validate() throws {
        if keySeparator?.isEmpty == true { throw ValidationError("--key-separator: at least one character is needed") }
        for header in headers where header.firstIndex(of: "=") == nil {
            throw ValidationError("--header \(header): write it as key=value")
        }
    }

    func run() throws {
        var writer: any ProduceTarget = try place.isCluster ? cluster() : dataFolder()
        defer { writer.close() }
        var input = ProduceInput()
        var number = 0
        while let lines = try input.next() {
            for line in lines {
                number += 1
                let (key, value) = try split(line, number)
                try writer.add(key: key, value: value)
            }
            try writer.flush()
        }
        if !json { ConsoleOutput().line("\(ByteText.count(writer.recordCount)) record\(writer.recordCount == 1 ? "" : "s") appended to \(topic)") }
    }

    private func dataFolder() throws -> ProduceWriter {
        let declaration = try place.reader().topic(topic)
        try check(declaration.partitions)
        let broker = try Broker.owning(place.folder, to: "produce to \(topic)")
        let codec = compression ?? declaration.settings["compression.type"].flatMap { CompressionCodec(name: $0) } ?? .none
        return ProduceWriter(
            broker: broker, declaration: declaration, codec: codec, only: partition, headers: headers.map(Self.header),
            reports: json ? ConsoleOutput() : nil)
    }

    private func cluster() throws -> ProduceClusterWriter {
        let producer = try ClusterProducer(try place.clusterConfiguration(), compression: compression ?? .none, reports: json)
        try check(try producer.partitionCount(of: topic))
        return ProduceClusterWriter(
            producer: producer, topic: topic, only: partition, headers: headers.map(Self.header), reports: json ? ConsoleOutput() : nil)
    }

    private func check(_ partitions: Int32) throws {
        guard let partition, !(0..<partitions).contains(partition) else { return }
        throw CommandFailure("topic \(topic) has \(partitions) partitions, numbered from 0: there is no \(partition)")
    }

    private static func header(_ text: String) -> RecordHeader {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        return RecordHeader(key: String(parts[0]), value: parts.count > 1 ? String(parts[1]) : "")
    }

    private func split(_ line: ArraySlice<UInt8>, _ number: Int) throws -> (key: [UInt8]?, value: [UInt8]) {
        guard let keySeparator else { return (nil, Array(line)) }
        let separator = Array(keySeparator.utf8)
        guard let start = line.firstRange(of: separator) else {
            throw CommandFailure(
                "line \(number) has no \"\(keySeparator)\" to end its key: the lines before it are appended, this one and the rest are not")
        }
        return (Array(line[..<start.lowerBound]), Array(line[start.upperBound...]))
    }
}

/// Gathers records into a batch a partition.
struct ProduceWriter: ProduceTarget {
    private let broker: Broker
    private let topic: String
    private let partitions: Int32
    private let codec: CompressionCodec
    private let only: Int32?
    private let headers: [RecordHeader]
    private let reports: ConsoleOutput?
    private var builders: [Int32: RecordBatchBuilder] = [:]
    private var keyless: Int32 = 0
    private(set) var recordCount = 0

    /// A batch is ended before it grows past this: Kafka's default for max.message.bytes is 1 MiB.
    private static let batchBytes = 512 << 10

    init(
        broker: Broker, declaration: TopicDeclaration, codec: CompressionCodec, only: Int32?, headers: [RecordHeader],
        reports: ConsoleOutput?
    ) {
        self.broker = broker
        topic = declaration.name
        partitions = declaration.partitions
        self.codec = codec
        self.only = only
        self.headers = headers
        self.reports = reports
    }

    mutating func add(key: [UInt8]?, value: [UInt8]) throws {
        let partition = only ?? key.map { ProducePartitioner.partition(ofKey: $0, partitions: partitions) } ?? keyless
        let builder = builders[partition] ?? RecordBatchBuilder(compression: codec)
        builders[partition] = builder
        if !builder.isEmpty, builder.byteCount + value.count + (key?.count ?? 0) > Self.batchBytes { try append(builder, partition) }
        try builder.append(key: key, value: value, headers: headers, timestamp: SystemTimeSource().wallMilliseconds())
    }

    func close() { try? broker.close() }

    /// Everything added is acknowledged when this returns.
    mutating func flush() throws {
        for (partition, builder) in builders.sorted(by: { $0.key < $1.key }) where !builder.isEmpty { try append(builder, partition) }
        for partition in builders.keys.sorted() { _ = try broker.partition(TopicPartition(topic, partition)).flush() }
        builders = [:]
        keyless = (keyless + 1) % partitions
        reports?.flush()
    }

    private mutating func append(_ builder: RecordBatchBuilder, _ partition: Int32) throws {
        let count = Int64(builder.recordCount)
        let result: AppendResult
        do {
            result = try broker.partition(TopicPartition(topic, partition)).append(batches: try builder.finish(), leaderEpoch: 0)
        } catch LogError.batchTooLarge(let bytes, let limit) {
            throw CommandFailure(
                "a record makes a batch of \(bytes) bytes, and topic \(topic) takes \(limit): raise its max.message.bytes, or split the record")
        }
        recordCount += Int(count)
        guard let reports else { return }
        for offset in result.baseOffset...result.lastOffset {
            reports.line(
                JSONText.object([("topic", .string(topic)), ("partition", .integer(partition)), ("offset", .integer(offset))]))
        }
    }
}
