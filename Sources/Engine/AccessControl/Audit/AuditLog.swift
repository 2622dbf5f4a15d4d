import Synchronization

// A line an event, JSON (RFC 8259), fields in this order:
//   {"time":"2026-01-31T23:59:59.123Z","event":"denied","principal":"User:eve",…,"repeated":41}
// "repeated" is there when that many alike were not written before this one. Text longer than 1,024 bytes is cut at a character.

/// Records who came in, who was kept out, and who changed what: one line of JSON each, handed to `write`.
///
/// Of refusals that are alike one a minute is written, with the number left out; at most `linesPerSecond` refusals in all. `now` is
/// milliseconds since 1970. Safe from any thread; `write` is called in order, one line at a time, while others wait: keep it short.
public final class AuditLog: Sendable {
    private struct State {
        /// Refusals of the last minute: when they were written, how many alike came since.
        var recent: [Key: Recent] = [:]
        var second: Int64 = 0
        var linesInSecond = 0
        /// Refusals not written because too many different ones came at once.
        var dropped = 0
    }

    private struct Key: Hashable {
        let fields: [ExactText]
    }

    private struct Recent {
        var event: AuditEvent
        var writtenAt: Int64
        var repeated = 0
    }

    private let state = Mutex(State())
    private let linesPerSecond: Int
    private let write: @Sendable ([UInt8]) -> Void

    static let repetitionMilliseconds: Int64 = 60_000
    static let rememberedRefusals = 4_096
    static let maximumTextLength = 1_024

    public init(linesPerSecond: Int = 100, write: @escaping @Sendable ([UInt8]) -> Void) {
        self.linesPerSecond = max(linesPerSecond, 1)
        self.write = write
    }

    public func record(_ event: AuditEvent, now: Int64) {
        state.withLock { state in
            guard event.isBounded else { return write(Self.line(event.fields, now)) }
            let key = Key(fields: event.fields.map { ExactText($0.1) })
            if let recent = state.recent[key], now - recent.writtenAt < Self.repetitionMilliseconds, now >= recent.writtenAt {
                state.recent[key]?.repeated += 1
                return
            }
            guard takePlace(&state, now) else { return }
            if state.recent.count >= Self.rememberedRefusals, state.recent[key] == nil { forget(&state, now, all: true) }
            let repeated = state.recent.updateValue(Recent(event: event, writtenAt: now), forKey: key)?.repeated ?? 0
            write(Self.line(event.fields, now, repeated: repeated))
        }
    }

    /// Writes how many refusals were left out, where more than a minute has passed: call it now and then.
    public func writeLeftOut(now: Int64) { state.withLock { forget(&$0, now, all: false) } }

    /// The same without waiting for the minute: call it at the end.
    public func close(now: Int64) { state.withLock { forget(&$0, now, all: true) } }

    /// How many refusals are remembered.
    var remembered: Int { state.withLock { $0.recent.count } }

    /// Whether one more refusal may be written in this second.
    private func takePlace(_ state: inout State, _ now: Int64) -> Bool {
        let second = now.flooredDivision(by: 1_000)
        if second != state.second {
            state.second = second
            state.linesInSecond = 0
            writeDropped(&state, now)
        }
        guard state.linesInSecond < linesPerSecond else {
            state.dropped += 1
            return false
        }
        state.linesInSecond += 1
        return true
    }

    private func writeDropped(_ state: inout State, _ now: Int64) {
        guard state.dropped > 0 else { return }
        write(Self.line([("event", "refusals left out")], now, repeated: state.dropped))
        state.dropped = 0
    }

    private func forget(_ state: inout State, _ now: Int64, all: Bool) {
        writeDropped(&state, now)
        for (key, recent) in state.recent where all || now - recent.writtenAt >= Self.repetitionMilliseconds || now < recent.writtenAt {
            if recent.repeated > 0 { write(Self.line(recent.event.fields, now, repeated: recent.repeated)) }
            state.recent[key] = nil
        }
    }

    static func line(_ fields: [(String, String)], _ now: Int64, repeated: Int = 0) -> [UInt8] {
        var line: [UInt8] = Array("{\"time\":".utf8)
        AuditText.append(AuditText.time(milliseconds: now), to: &line)
        for (name, value) in fields {
            line.append(UInt8(ascii: ","))
            AuditText.append(name, to: &line)
            line.append(UInt8(ascii: ":"))
            AuditText.append(AuditText.cut(value, to: maximumTextLength), to: &line)
        }
        if repeated > 0 { line += Array(",\"repeated\":\(repeated)".utf8) }
        line += Array("}\n".utf8)
        return line
    }
}
