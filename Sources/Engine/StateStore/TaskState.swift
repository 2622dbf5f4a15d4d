/// The state of one task: several named stores that change together, and the changelog offset they include.
///
/// The life of a commit (see the design of the stream runtime):
/// 1. processors write to the stores: the writes stay in an overlay in memory;
/// 2. ``takeChanges(_:)`` hands the writes over for the changelog topic;
/// 3. once the log's transaction has committed, ``commit(changelogOffset:)`` makes them last, together with the offset;
///    or, where the transaction was aborted, ``rollback()`` drops them.
/// After a restart ``changelogOffset`` says from where the changelog has to be replayed, through ``restore(_:changelogOffset:)``.
///
/// Thread rule: one owner at a time; ownership may move between threads, calls may not overlap.
public protocol TaskState: AnyObject {
    /// The next changelog offset to read: everything below it is in this state. 0 for new state.
    var changelogOffset: Int64 { get }

    /// Bytes of keys and values written since the last commit: commit before this grows past what memory allows.
    var uncommittedByteCount: Int { get }

    /// Bytes that the state takes, on disk and in memory.
    var byteCount: Int { get }

    /// The store of this name, made where it does not exist. The same object for the same name.
    func store(named name: String) throws(StateStoreError) -> any KeyValueStore

    /// Visits what was written since the last take: each changed key once, with its latest value (`nil`: deleted), in the
    /// order in which the keys were first written since then. Restored entries are not among them.
    func takeChanges(
        _ body: (_ store: String, _ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer?) -> Void)

    /// Makes every write since the last commit last, in one atomic step with the offset. `nil` keeps the offset as it is
    /// (for state that has no changelog, where no taking is needed).
    ///
    /// Throws ``StateStoreError/Kind/misuse`` where an offset is given while changes were not taken (they would be missing from the
    /// changelog), or where it lies below the present one. After an error nothing has changed, and the overlay is still there.
    func commit(changelogOffset: Int64?) throws(StateStoreError)

    /// Forgets every write since the last commit.
    func rollback()

    /// Writes one entry read from the changelog: visible at once, lasting after ``commit(changelogOffset:)``, and not a change to take.
    func restore(
        store: String, key: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer?
    ) throws(StateStoreError)
}

extension TaskState {
    public func takeChanges() -> [StateChange] {
        var changes: [StateChange] = []
        takeChanges { store, key, value in
            changes.append(StateChange(store: store, key: [UInt8](key), value: value.map { [UInt8]($0) }))
        }
        return changes
    }

    /// Replays a run of changelog entries, and commits them with the offset after the last one. Twice changes nothing.
    public func restore(
        _ changes: some Sequence<StateChange>, changelogOffset: Int64
    ) throws(StateStoreError) {
        for change in changes {
            try change.key.borrowed { key throws(StateStoreError) in
                guard let value = change.value else { return try restore(store: change.store, key: key, value: nil) }
                try value.borrowed { bytes throws(StateStoreError) in
                    try restore(store: change.store, key: key, value: bytes)
                }
            }
        }
        try commit(changelogOffset: changelogOffset)
    }
}
