/// Why bytes were refused as a Kafka message, or why a message cannot be written: which field, and at which byte.
public struct WireError: Error, Equatable, Sendable {
    /// What is wrong with the field.
    public enum Reason: Equatable, Sendable {
        /// The value takes `needed` bytes and only `left` are there.
        case truncated(needed: Int, left: Int)
        /// A length below zero that does not mean null.
        case negativeLength(Int)
        /// Null where this version knows no null.
        case unexpectedNull
        /// A text of more bytes than the protocol's 32,767, or a block of more than 2,147,483,647.
        case tooLong(byteCount: Int)
        /// An array of `count` elements, where the bytes left hold at most `limit`, or the message may have no more.
        case tooManyElements(count: Int, limit: Int)
        /// A variable-length integer of more bits than its type has.
        case varintTooLong
        /// A byte before a nullable structure that is neither 1 (there) nor -1 (null).
        case presence(Int8)
        /// A tag number that is not above the one before it.
        case tagOrder(UInt32)
        /// `count` bytes stay unread after the last field.
        case leftOver(count: Int)
        /// A version outside of `lowest` to `highest`.
        case unsupportedVersion(Int16, lowest: Int16, highest: Int16)
        /// An API key that is not in `ApiKey`.
        case unknownApiKey(Int16)
        /// Records that stand in a frame (`WireRecords.frame`) or outside (`.external`), written where their bytes are not at hand.
        case recordsElsewhere
    }

    /// The message and its version, such as `FetchRequest version 12`; empty within a nested part.
    public internal(set) var message: String
    /// The field, as the Swift property is called.
    public let field: String
    /// The byte's place: in the frame when reading, in the output when writing.
    public let position: Int
    public let reason: Reason

    init(_ reason: Reason, field: StaticString, position: Int) {
        self.message = ""
        self.field = field.description
        self.position = position
        self.reason = reason
    }

    func within(_ message: String) -> WireError {
        var copy = self
        copy.message = message
        return copy
    }
}

extension WireError: CustomStringConvertible {
    public var description: String {
        let place = message.isEmpty ? "\(field) at byte \(position)" : "\(message), \(field) at byte \(position)"
        return "\(place): \(explanation)"
    }

    private var explanation: String {
        switch reason {
        case .truncated(let needed, let left): "needs \(needed) bytes, \(left) are left"
        case .negativeLength(let length): "has the length \(length)"
        case .unexpectedNull: "is null, which this version does not allow"
        case .tooLong(let byteCount): "has \(byteCount) bytes, more than the protocol can carry"
        case .tooManyElements(let count, let limit): "has \(count) elements, at most \(limit) are possible"
        case .varintTooLong: "is a variable-length integer with too many bits"
        case .presence(let byte): "starts with \(byte), where 1 or -1 must stand"
        case .tagOrder(let tag): "has tag \(tag) out of ascending order"
        case .leftOver(let count): "is followed by \(count) bytes that belong to no field"
        case .unsupportedVersion(let version, let lowest, let highest): "version \(version) is not within \(lowest) to \(highest)"
        case .unknownApiKey(let key): "names API \(key), which is unknown"
        case .recordsElsewhere: "stands in bytes that were not given; write it in pieces, or give the frame"
        }
    }
}
