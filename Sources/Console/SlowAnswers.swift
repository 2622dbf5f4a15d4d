import Dispatch
import Synchronization

/// Answers what takes time, one question after the other on a thread of its own, so that health and metrics are not kept waiting. Thread rule: any.
final class SlowAnswers: Sendable {
    private let queue = DispatchQueue(label: "leat.endpoint")
    private let waiting = Atomic<Int>(0)
    private let look: @Sendable (HTTPLook) -> HTTPAnswer?
    private static let limit = 32

    init(_ look: @escaping @Sendable (HTTPLook) -> HTTPAnswer?) { self.look = look }

    /// False where too many are waiting; then `body` is not called.
    func take(_ question: HTTPLook, _ body: @escaping @Sendable (HTTPAnswer?) -> Void) -> Bool {
        guard waiting.add(1, ordering: .relaxed).newValue <= Self.limit else {
            waiting.subtract(1, ordering: .relaxed)
            return false
        }
        queue.async { [self] in
            body(look(question))
            waiting.subtract(1, ordering: .relaxed)
        }
        return true
    }
}

/// A question that takes time.
public struct HTTPLook: Sendable {
    /// Without the query, not decoded.
    public var path: String
    public var query: [String: String]
    /// Asked from this machine.
    public var isLocal: Bool

    public init(path: String, query: [String: String] = [:], isLocal: Bool = true) {
        self.path = path
        self.query = query
        self.isLocal = isLocal
    }
}

/// Paths and queries of requests (RFC 3986): `/state/a%2Fb?partition=3`.
public enum HTTPQuery {
    /// The fields behind the question mark, decoded; a later one of the same name wins.
    public static func fields(_ uri: String) -> [String: String] {
        guard let mark = uri.firstIndex(of: "?") else { return [:] }
        var fields: [String: String] = [:]
        for part in uri[uri.index(after: mark)...].split(separator: "&") {
            let halves = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            fields[decoded(halves[0])] = halves.count == 2 ? decoded(halves[1]) : ""
        }
        return fields
    }

    /// `%2F` becomes `/`; what is no such sequence stays.
    public static func decoded(_ text: some StringProtocol) -> String {
        let bytes = Array(text.utf8)
        var result: [UInt8] = []
        var index = 0
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.count,
                let value = UInt8(String(decoding: bytes[index + 1...index + 2], as: UTF8.self), radix: 16)
            {
                result.append(value)
                index += 3
            } else {
                result.append(bytes[index])
                index += 1
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// Everything but letters, digits and `-._~` as `%` and two digits.
    public static func encoded(_ text: String) -> String {
        var result = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"):
                result.unicodeScalars.append(UnicodeScalar(byte))
            default: result += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
        return result
    }
}
