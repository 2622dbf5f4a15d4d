import Coordination

/// The records of one input partition that were handed to a processor and are not yet safe (``ProcessorLifecycle/oldestHeldOrder``).
///
/// A commit moves the position only past safe records, and counts only those in the ledger: so after a crash both begin at the same
/// record.
struct HeldPositions {
    private struct Entry {
        var order: OrderKey
        var nextOffset: Int64
        var ledger: Ledger
    }

    private var entries: [Entry] = []
    private var first = 0

    mutating func append(order: OrderKey, nextOffset: Int64, ledger: Ledger) {
        entries.append(Entry(order: order, nextOffset: nextOffset, ledger: ledger))
    }

    var isEmpty: Bool { first == entries.count }

    /// Takes off what is safe, adds it to the ledger, and gives the position after it, nil where nothing became safe.
    mutating func release(before oldestHeld: OrderKey?, into ledger: inout Ledger) -> Int64? {
        var position: Int64?
        while first < entries.count {
            if let oldestHeld, entries[first].order >= oldestHeld { break }
            ledger += entries[first].ledger
            position = entries[first].nextOffset
            first += 1
        }
        if first > 1024, first * 2 > entries.count {
            entries.removeFirst(first)
            first = 0
        }
        return position
    }
}
