import Coordination
import Pipeline
import Records

/// Dead letters as text and as JSON.
enum DeadLetterText {
    static func json(_ entry: DeadLetterBox.Entry) -> JSONText {
        let letter = entry.letter
        let fate = entry.fate.map { fate -> JSONText in
            .object([
                ("action", .string(fate.action.rawValue)), ("time", .string(TimeText.text(milliseconds: fate.milliseconds))), ("by", .string(fate.by)),
                ("reason", .string(fate.reason)),
            ])
        }
        return .object([
            ("place", .string(letter.place.description)), ("stage", .string(letter.stage)),
            (
                "source",
                .object([
                    ("topic", .string(letter.source.topic)), ("partition", .integer(letter.source.partition)), ("offset", .integer(letter.sourceOffset)),
                ])
            ),
            ("timestamp", .integer(letter.record.timestamp)), ("key", .string(letter.key)), ("bytes", .integer(letter.record.value?.count ?? 0)),
            ("error", .string(letter.error)), ("build", .string(letter.build)), ("fate", fate ?? .null),
        ])
    }

    static func lines(_ entry: DeadLetterBox.Entry, obstacle: String?, _ style: ConsoleStyle) -> [String] {
        let letter = entry.letter
        var lines = [
            style.bold(letter.place.description),
            "  error   \(ByteText.oneLine(letter.error, limit: 4_000))",
            "  stage   \(letter.stage), \(letter.build)",
            "  from    \(letter.source) offset \(letter.sourceOffset)",
            "  time    \(TimeText.text(milliseconds: letter.record.timestamp))",
            "  key     \(ByteText.oneLine(letter.key))",
            "  value   \(ByteText.size(letter.record.value?.count ?? 0)): \(TailDecoding.content(original(letter), topic: letter.source.topic).summary)",
        ]
        if let fate = entry.fate {
            let reason = fate.reason.isEmpty ? "" : ": " + fate.reason
            lines.append("  fate    \(fate.action.rawValue) \(TimeText.text(milliseconds: fate.milliseconds)) by \(fate.by)\(reason)")
        } else {
            lines.append("  fate    waits; " + (obstacle.map { "cannot be put back: " + $0 } ?? "can be put back: leat dlq retry \(letter.place)"))
        }
        return lines
    }

    private static func original(_ letter: BuriedRecord) -> Record { letter.record }
}
