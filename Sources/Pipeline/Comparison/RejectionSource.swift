import Documents
import LogClient
import Records
import Streams
import SwiftProtobuf

/// Where refusals of one stage are looked up: a topic of rejections, of which one stage's are in order.
public struct RejectionSource: Hashable, Sendable {
    public var topic: String
    /// As the rejections name it.
    public var stage: String

    public init(topic: String, stage: String) {
        self.topic = topic
        self.stage = stage
    }

    func open(_ engine: any LogEngine) throws -> OrderedLookUp {
        let wanted = Array(stage.utf8)
        return OrderedLookUp(try OrderedTopic(topic, engine) { record in record.value.map { Self.holds(stage: wanted, $0) } ?? false })
    }

    /// Whether a serialized rejection names this stage: field 1, which every writer of ours puts first.
    static func holds(stage: [UInt8], _ value: UnsafeRawBufferPointer) -> Bool {
        guard stage.count < 128, value.count >= stage.count + 2, value[0] == 0x0A, value[1] == UInt8(stage.count) else { return false }
        return value[2..<2 + stage.count].elementsEqual(stage)
    }

    /// The stage that a serialized rejection names.
    static func stage(of value: UnsafeRawBufferPointer) -> String? {
        guard value.count >= 2, value[0] == 0x0A, value[1] < 128, value.count >= 2 + Int(value[1]) else { return nil }
        return String(decoding: value[2..<2 + Int(value[1])], as: UTF8.self)
    }
}

/// Finds why a document did not go on.
final class RefusalFinder {
    private let sources: [OrderedLookUp]

    init(_ sources: [RejectionSource], _ engine: any LogEngine) throws { self.sources = try sources.map { try $0.open(engine) } }

    struct Refusal {
        var rule: String
        var words: String
    }

    func refusal(of record: Record, at order: OrderKey) throws -> Refusal? {
        for source in sources {
            for (_, found) in try source.records(at: order) {
                guard let rejection = try? Rejection(serializedBytes: found.value ?? []) else { continue }
                guard found.key == record.key || rejection.document.url == DocumentDifference.document(record.value)?.url else { continue }
                let detail = rejection.detail.isEmpty ? "" : " (\(rejection.detail))"
                return Refusal(
                    rule: rejection.rule,
                    words: "refused by \(rejection.stage): \(rejection.rule)\(detail), measured \(rejection.value), threshold \(rejection.threshold)")
            }
        }
        return nil
    }
}
