import Broker
import Coordination
import Documents
import Foundation
import LogClient
import Records
import Streams
import SwiftProtobuf
import Synchronization

@testable import Pipeline

/// A small pipeline on a real data folder: documents come into docs.extracted, and go through filter, sign, dedup, unique into a lake.
/// Needs no models.
final class OperationBench {
    static let partitions: Int32 = 3
    static let yaml = """
        pipeline: bench
        stages:
          - {stage: filter, from: docs.extracted, to: docs.filtered, filters: [{filter: gopher_quality, min_doc_words: 12, min_avg_word_length: 1, min_stop_words: 0, max_non_alpha_words_ratio: 0.1}]}
          - {stage: sign, from: docs.filtered, to: dedup.signatures}
          - {stage: dedup, from: dedup.signatures, to: dedup.verdicts}
          - {stage: unique, from: [docs.filtered, dedup.verdicts], to: docs.unique}
          - {stage: lake, from: docs.unique, to: lake, rows_per_file: 20}
        """

    let folder: String
    let broker: Broker
    let engine: EmbeddedEngine
    let topics: TestTopics
    private(set) var recipe: Recipe

    init(yaml: String = OperationBench.yaml, overrides: [String] = []) throws {
        folder = NSTemporaryDirectory() + "leat-operations-\(UInt64.random(in: 0 ... .max))"
        broker = try Broker(folder: folder)
        engine = EmbeddedEngine(broker: broker)
        topics = TestTopics(broker)
        recipe = try Recipe(yaml: yaml, path: "bench.yaml", overrides: overrides)
        try makeTopics()
    }

    private func makeTopics() throws {
        for topic in Set(map.stages.flatMap(\.topics)).sorted() where broker.topic(topic) == nil {
            let isSingle = topic.hasSuffix(".dlq") || topic.hasSuffix("-changelog")
            try broker.createTopic(.init(name: topic, partitions: isSingle ? 1 : Self.partitions))
        }
    }

    /// Goes on with another recipe.
    func change(to overrides: [String]) throws {
        recipe = try change(overrides)
        try makeTopics()
    }

    var map: PipelineMap { PipelineMap(recipe: recipe) }
    var environment: PipelineEnvironment { PipelineEnvironment(dataFolder: folder, modelsFolder: "nowhere", build: "bench") }

    func remove() {
        try? broker.close()
        try? FileManager.default.removeItem(atPath: folder)
    }

    func change(_ overrides: [String]) throws -> Recipe { try Recipe(yaml: Self.yaml, path: "bench.yaml", overrides: overrides) }

    /// Documents of growing length; every fifth is a copy of the one before it.
    static func document(_ number: Int) -> Document {
        let text = number % 5 == 4 ? number - 1 : number
        var random = SystemlessRandom(UInt64(text))
        var document = Document()
        document.id = "id\(1_000 + number)"
        document.url = "https://bench.example/\(number)"
        document.text = (0..<5 + text % 40).map { _ in Self.word(random.next() % 5_000) }.joined(separator: " ")
        document.language.code = number % 3 == 0 ? "de" : "en"
        return document
    }

    /// Letters alone: the rule asks for words.
    private static func word(_ number: UInt64) -> String {
        "wo" + String(number).map { digit in String(UnicodeScalar(UInt8(ascii: "a") + UInt8(digit.wholeNumberValue ?? 0))) }.joined()
    }

    /// Adds documents `numbers` and, behind them, an end of the input.
    func fill(_ numbers: Range<Int>) throws {
        let transaction = try broker.beginTransaction(id: "fill")
        for partition in 0..<Self.partitions {
            let builder = RecordBatchBuilder()
            for number in numbers where Int32(number) % Self.partitions == partition {
                let document = Self.document(number)
                try builder.append(
                    key: Array(document.id.utf8), value: try document.serializedBytes() as [UInt8],
                    headers: [RecordHeader(key: RuntimeHeader.order, value: OrderKey(UInt64(number + 1)).bytes)], timestamp: Int64(1_000 * (number + 1)))
                if number % 7 == 6 { try transaction.append(builder, to: TopicPartition("docs.extracted", partition)) }
            }
            try builder.append(
                key: nil as [UInt8]?, value: nil,
                headers: [
                    RecordHeader(key: RuntimeHeader.order, value: OrderKey(UInt64(numbers.upperBound), partition: .max).bytes),
                    RecordHeader(key: RuntimeHeader.mark, value: [1]),
                ], timestamp: 1)
            try transaction.append(builder, to: TopicPartition("docs.extracted", partition))
        }
        try transaction.commit([])
    }

    /// Runs the live line to the end of its input. `changing`: puts another stage in one's place.
    @discardableResult
    func run(changing: (inout Stage) -> Void = { _ in }) throws -> RunReport {
        let whole = try WebTopology(recipe: recipe, environment: environment)
        let stages = whole.stages.map { stage in
            var stage = stage
            changing(&stage)
            return stage
        }
        return try PipelineRunner(
            engine: engine, topology: WebTopology(stages: stages, tokenizer: nil), stateFolder: folder + "/state", build: "bench", workerCount: 2,
            compression: { _ in .none }
        ).run(follow: false) { _ in }
    }

    /// A replay from end to end.
    func replay(
        _ stages: String, into: String, _ request: ReplaySession.Request = .init(), threads: Int = 2, recipe: Recipe? = nil, restarts: Bool = false
    ) throws -> ReplaySession {
        let replay = try WebReplay(stages: stages, into: into, recipe: recipe ?? self.recipe, environment: environment)
        let session = try ReplaySession(replay, request, engine: engine, topics: topics, build: "bench", restarts: restarts)
        if restarts { try session.removeEarlier() }
        try session.begin()
        _ = try session.runner(workerCount: threads, compression: { _ in .none }).run(follow: false) { _ in }
        return session
    }

    /// Data records of a topic, partition by partition: key, value and order key, as text.
    func contents(_ topic: String) throws -> [[String]] {
        try (0..<engine.partitionCount(of: topic)).map { number in
            var found: [String] = []
            try PartitionScan(engine, TopicPartition(topic, number)).forEach { record in
                guard !record.isMark else { return }
                let value = record.value.map { PageIdentity.hexadecimal($0) } ?? "null"
                found.append("\(record.order(in: number)) \(record.key.map { String(decoding: $0, as: UTF8.self) } ?? "null") \(value)")
            }
            return found
        }
    }

    func keys(_ topic: String) throws -> Set<String> {
        Set(try contents(topic).flatMap { $0 }.map { String($0.split(separator: " ")[1]) })
    }

    /// Files of a folder with their bytes.
    func files(_ folder: String) throws -> [String: Data] {
        var found: [String: Data] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: folder) {
            var isFolder: ObjCBool = false
            let path = folder + "/" + name
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue else { continue }
            found[name] = try Data(contentsOf: URL(fileURLWithPath: path))
        }
        return found
    }

    /// Appends outside of every stage: what must not be there.
    func append(_ record: Record, to topic: String, partition: Int32 = 0) throws {
        let transaction = try broker.beginTransaction(id: "fault")
        let builder = RecordBatchBuilder()
        try builder.append(key: record.key, value: record.value, headers: record.headers, timestamp: record.timestamp)
        try transaction.append(builder, to: TopicPartition(topic, partition))
        try transaction.commit([])
    }

    func audit() throws -> AuditReport { try LedgerAudit.run(engine, map, files: PublishedFiles(dataFolder: folder)) }
}

/// Topics of a broker, for the tools.
final class TestTopics: TopicKeeping {
    private let broker: Broker

    init(_ broker: Broker) { self.broker = broker }

    func describe(_ topic: String) throws -> (partitions: Int32, settings: [String: String])? {
        broker.topic(topic).map { ($0.partitions, $0.settings) }
    }

    func make(_ topic: String, partitions: Int32, settings: [String: String]) throws {
        try broker.createTopic(.init(name: topic, partitions: partitions, settings: settings))
    }

    func remove(topic: String) throws { try broker.deleteTopic(topic) }
    func remove(group: String) throws { if broker.groups[group] != nil { try broker.deleteGroup(group) } }

    /// The first record from a time on, as the log itself finds it.
    func offsets(of partitions: [TopicPartition], atOrAfter milliseconds: Int64) throws -> [TopicPartition: Int64] {
        let engine = EmbeddedEngine(broker: broker)
        var offsets: [TopicPartition: Int64] = [:]
        for partition in partitions {
            offsets[partition] = try engine.stableOffset(of: partition)
            struct Found: Error {}
            do {
                try PartitionScan(engine, partition).forEach { record in
                    guard record.timestamp >= milliseconds else { return }
                    offsets[partition] = record.offset
                    throw Found()
                }
            } catch is Found {}
        }
        return offsets
    }
}
