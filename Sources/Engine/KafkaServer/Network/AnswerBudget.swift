import Synchronization

/// Bytes of records that are in memory on their way to clients: all connections share a bound, so that those who ask for much and read
/// nothing cost no more than it. Thread rule: any thread.
final class AnswerBudget: Sendable {
    /// What a fetch may bring when nothing is left: a client that reads its answers gets on.
    private static let leastBytes = 128 << 10

    private let limit: Int
    private let used = Atomic<Int>(0)

    init(limit: Int) { self.limit = limit }

    /// Bytes that one more answer may bring.
    var room: Int { max(Self.leastBytes, limit - used.load(ordering: .relaxed)) }

    /// Held until the bytes are sent, or the connection is gone.
    func take(_ byteCount: Int) -> Share {
        used.wrappingAdd(byteCount, ordering: .relaxed)
        return Share(budget: self, byteCount: byteCount)
    }

    var usedBytes: Int { used.load(ordering: .relaxed) }

    final class Share: Sendable {
        private let budget: AnswerBudget
        private let byteCount: Int

        fileprivate init(budget: AnswerBudget, byteCount: Int) {
            self.budget = budget
            self.byteCount = byteCount
        }

        deinit { budget.used.wrappingSubtract(byteCount, ordering: .relaxed) }
    }
}
