import LogClient
import Records
import Testing

@testable import Streams

@Suite struct DirectTaskTests {
    private struct Refused: Error {}

    /// Emits each value twice, rejects "no", throws on "bad" after it has emitted.
    private final class Sample: Processor {
        func process(_ record: borrowing FetchedRecord, _ context: ProcessorContext) throws -> Disposition {
            let text = record.value.map { String(decoding: $0, as: UTF8.self) } ?? ""
            context.emit(key: nil, value: Array("\(text) at \(context.order)".utf8))
            if text == "bad" { throw Refused() }
            guard text != "no" else {
                context.reject(rule: "no", key: nil, value: Array("refused".utf8))
                return .rejected
            }
            context.emit(to: 1, key: nil, value: Array(text.utf8))
            return .passed
        }
    }

    private func stage(changelog: String? = nil, kind: Stage.Kind) -> Stage {
        Stage(name: "s", group: "g", inputs: ["in"], outputs: ["a", "b"], rejections: "r", deadLetters: "d", changelog: changelog, kind: kind)
    }

    private func record(_ text: String) -> Record { Record(offset: -1, timestamp: 5, key: nil, value: Array(text.utf8)) }

    @Test func whatIsEmittedComesBackInOrderAndAFailedRecordGivesNothing() throws {
        let task = try DirectTask(stage(kind: .perPartition { _ in Sample() }))
        var seen: [String] = []
        for (number, text) in ["one", "bad", "no", "two"].enumerated() {
            let outcome = try task.process(record(text), order: OrderKey(UInt64(number))) { output, record in
                seen.append("\(output.map(String.init) ?? "rejected"): \(String(decoding: record.value ?? [], as: UTF8.self))")
                #expect(record.timestamp == 5)
            }
            if case .failed(let error) = outcome { #expect(text == "bad" && error is Refused) } else { #expect(text != "bad") }
        }
        #expect(seen == ["0: one at 0", "1: one", "0: no at 2", "rejected: refused", "0: two at 3", "1: two"])
        task.countUnreadable()
        #expect(task.ledger.in == 5 && task.ledger.out == 2 && task.ledger.rejected == 1 && task.ledger.dead == 2)
        #expect(task.ledger.isBalanced && task.ledger.rules == ["no": 1])
    }

    @Test func aStageThatNeedsALogIsRefusedWithTheReason() {
        #expect { try DirectTask(stage(changelog: "c", kind: .perPartition { _ in Sample() })) } throws: { "\($0)".contains("keeps state") }
        #expect { try DirectTask(stage(kind: .merged { _ in Sample() })) } throws: { "\($0)".contains("more than one partition") }
    }
}
