import LogClient
import Pipeline
import Streams

/// Passes lines on in upper case, and refuses short ones.
final class Shout: Processor {
    func process(_ record: borrowing FetchedRecord, _ context: ProcessorContext) throws -> Disposition {
        let text = record.value.map { String(decoding: $0, as: UTF8.self) } ?? ""
        guard text.utf8.count >= 3 else {
            context.reject(rule: "too_short", key: nil, value: Array(text.utf8))
            return .rejected
        }
        context.emit(key: nil, value: Array(text.uppercased().utf8))
        return .passed
    }
}

enum ShoutProgram {
    static let stage = Stage(
        name: "shout", group: "shout", inputs: ["lines"], outputs: ["shouted"], rejections: "shout.rejected", deadLetters: "shout.dlq",
        kind: .perPartition { _ in Shout() })

    static func main() throws { try StageProgram(stage).main() }
}
