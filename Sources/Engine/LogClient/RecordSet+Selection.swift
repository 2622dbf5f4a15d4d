extension RecordSet {
    /// Keeps the records that `isWanted` says yes to, in their order; ``nextOffset`` stays. Moves no bytes.
    public mutating func keep(where isWanted: (borrowing FetchedRecord) -> Bool) {
        var kept: [Entry] = []
        kept.reserveCapacity(entries.count)
        for index in entries.indices where withRecord(at: index, isWanted) { kept.append(entries[index]) }
        entries = kept
    }
}
