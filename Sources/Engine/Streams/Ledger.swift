// In the metadata of a stage's committed position, text: `in=12;out=9;rejected=2;dead=1;rule:too_short=2;count:tokens=900`, names in
// ascending order behind the four sums; before them, where a concurrent stage has settled records beyond the position, their distances from it:
// `ahead=3,7,8;in=…`. Names hold no `;` and no `=`. Kafka bounds the metadata at 4,096 bytes: what does not
// fit is left out from the end and counted in `more`.

/// What became of the records of one input partition: Σ in = Σ out + Σ rejected + Σ dead, always, in the same transaction as
/// the positions.
public struct Ledger: Hashable, Sendable {
    public var `in` = 0
    public var out = 0
    public var rejected = 0
    public var dead = 0
    /// Rejections by rule.
    public var rules: [String: Int] = [:]
    /// Whatever else a stage counts (tokens, bytes).
    public var counts: [String: Int] = [:]

    public init() {}

    public var isBalanced: Bool { `in` == out + rejected + dead }

    public static func += (left: inout Ledger, right: Ledger) {
        left.in += right.in
        left.out += right.out
        left.rejected += right.rejected
        left.dead += right.dead
        left.rules.merge(right.rules, uniquingKeysWith: +)
        left.counts.merge(right.counts, uniquingKeysWith: +)
    }

    static let byteLimit = 4_000

    public var text: String { text(atMost: Self.byteLimit) }

    /// `limit`: bytes; what does not fit is left out from the end.
    func text(atMost limit: Int) -> String {
        var text = "in=\(`in`);out=\(out);rejected=\(rejected);dead=\(dead)"
        let details = rules.map { ("rule:" + $0.key, $0.value) } + counts.map { ("count:" + $0.key, $0.value) }
        var left = 0
        for (name, value) in details.sorted(by: { $0.0 < $1.0 }) {
            let field = ";\(name)=\(value)"
            if text.utf8.count + field.utf8.count > limit { left += 1 } else { text += field }
        }
        return left == 0 ? text : text + ";more=\(left)"
    }

    /// Reads what ``text`` writes; unknown names are passed over, so that a later version's ledger can be read.
    public init(text: String) {
        for field in text.split(separator: ";") {
            guard let equals = field.lastIndex(of: "="), let value = Int(field[field.index(after: equals)...]) else { continue }
            let name = field[..<equals]
            switch name {
            case "in": `in` = value
            case "out": out = value
            case "rejected": rejected = value
            case "dead": dead = value
            default:
                if name.hasPrefix("rule:") { rules[String(name.dropFirst(5))] = value }
                if name.hasPrefix("count:") { counts[String(name.dropFirst(6))] = value }
            }
        }
    }
}
