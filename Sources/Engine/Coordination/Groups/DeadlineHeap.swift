/// Groups by the moment at which they want to be looked at: a binary heap, so that 10,000 groups need no timer of their own.
///
/// A group stands in it with its earliest deadline. A later one (each heartbeat moves one) changes nothing here: the group is
/// looked at once in vain and put back.
struct DeadlineHeap: Sendable {
    struct Entry: Sendable {
        var deadline: Int64
        var group: String
    }

    private var entries: [Entry] = []

    var earliest: Entry? { entries.first }
    var count: Int { entries.count }

    mutating func push(_ entry: Entry) {
        entries.append(entry)
        var index = entries.count - 1
        while index > 0, entries[index].deadline < entries[(index - 1) / 2].deadline {
            entries.swapAt(index, (index - 1) / 2)
            index = (index - 1) / 2
        }
    }

    mutating func pop() -> Entry? {
        guard let first = entries.first else { return nil }
        let last = entries.removeLast()
        guard !entries.isEmpty else { return first }
        entries[0] = last
        var index = 0
        while true {
            var least = index
            for child in [2 * index + 1, 2 * index + 2]
            where child < entries.count && entries[child].deadline < entries[least].deadline {
                least = child
            }
            guard least != index else { return first }
            entries.swapAt(index, least)
            index = least
        }
    }
}
