import LogClient
import Records
import StateStore
import Streams

/// Passes records on in upper case; throws at "poison", refuses "spam".
final class Shouter: Processor {
    struct Poison: Error {}

    func process(_ record: borrowing FetchedRecord, _ context: ProcessorContext) throws -> Disposition {
        let text = record.value.map { String(decoding: $0, as: UTF8.self) } ?? ""
        context.emit(key: nil, value: Array(text.uppercased().utf8))
        if text == "poison" { throw Poison() }
        if text == "spam" {
            context.pendingRejection()
            return .rejected
        }
        return .passed
    }
}

extension ProcessorContext {
    func pendingRejection() { reject(rule: "is_spam", key: nil, value: Array("spam".utf8)) }
}

/// Counts how often it saw each value, in its state, and emits value and count to output partition 0.
final class Counter: Processor {
    func process(_ record: borrowing FetchedRecord, _ context: ProcessorContext) throws -> Disposition {
        let store = try context.store("counts")
        let key = record.value.map { [UInt8]($0) } ?? []
        let count = (try store.get(key)?.first ?? 0) + 1
        try store.put(key, [count])
        context.emit(key: nil, value: key + Array("=\(count)".utf8), partition: 0)
        return .passed
    }
}

/// Writes records in groups of three, as a sink with files does: a group is safe only when it is full or the input ends.
final class Grouper: Processor {
    private var open: [(order: OrderKey, value: String)] = []
    private var finished: [String] = []

    var holdsRecords: Bool { true }
    var oldestHeldOrder: OrderKey? { open.first?.order }

    func process(_ record: borrowing FetchedRecord, _ context: ProcessorContext) throws -> Disposition {
        open.append((context.order, record.value.map { String(decoding: $0, as: UTF8.self) } ?? ""))
        if open.count == 3 { close(context) }
        return .passed
    }

    func endOfInput(_ context: ProcessorContext) throws { if !open.isEmpty { close(context) } }

    private func close(_ context: ProcessorContext) {
        context.emit(key: nil, value: Array(open.map(\.value).joined(separator: "+").utf8), partition: 0)
        open.removeAll()
    }
}

final class Pairer: JoiningProcessor {
    func process(
        _ record: borrowing FetchedRecord, with companion: borrowing FetchedRecord, _ context: ProcessorContext
    ) throws -> Disposition {
        context.emit(key: nil, value: (record.value.map { [UInt8]($0) } ?? []) + (companion.value.map { [UInt8]($0) } ?? []))
        return .passed
    }
}

/// Emits the record's text with those of its companions behind it, to the record's partition.
final class Gatherer: GatheringProcessor {
    private var companions: [String] = []

    func gather(_ companion: borrowing FetchedRecord, from input: Int) throws {
        if input == 1 { companions.removeAll() }
        companions.append("\(input)" + (companion.value.map { String(decoding: $0, as: UTF8.self) } ?? ""))
    }

    func process(_ record: borrowing FetchedRecord, _ context: ProcessorContext) throws -> Disposition {
        let text = record.value.map { String(decoding: $0, as: UTF8.self) } ?? ""
        context.emit(key: nil, value: Array(([text] + companions).joined(separator: "+").utf8), partition: context.inputPartition)
        return .passed
    }
}

extension Stage {
    static func make(
        _ name: String, inputs: [String] = ["in"], outputs: [String] = ["out"], changelog: String? = nil, _ kind: Kind
    ) -> Stage {
        Stage(
            name: name, group: "group-" + name, inputs: inputs, outputs: outputs, rejections: "rejected", deadLetters: name + ".dlq",
            changelog: changelog, kind: kind)
    }
}

extension Record {
    init(_ text: String) { self.init(offset: -1, timestamp: 0, key: nil, value: Array(text.utf8)) }
    var text: String { value.map { String(decoding: $0, as: UTF8.self) } ?? "null" }
}
