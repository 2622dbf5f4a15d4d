/// The twin of ``StateStore`` without a disk: for tests and for the test driver of topologies.
///
/// It keeps whole arrays and sorts them for every range: simple enough to be the model the other is tested against.
public final class InMemoryStateStore: TaskState {
    public private(set) var changelogOffset: Int64 = 0
    public private(set) var uncommittedByteCount = 0

    /// A write that has not been committed; `nil` deletes.
    private typealias Writes = [[UInt8]: [UInt8]?]

    private let label: String
    private var committed: [String: [[UInt8]: [UInt8]]] = [:]
    private var uncommitted: [String: Writes] = [:]
    private var changes: [(store: String, key: [UInt8])] = []
    private var isChange: Set<StateChange> = []
    private var stores: [String: InMemoryKeyValueStore] = [:]

    /// Keys and values of what is committed.
    public var byteCount: Int { committed.values.reduce(0) { $1.reduce($0) { $0 + $1.key.count + $1.value.count } } }

    /// `label` stands for the folder in errors.
    public init(label: String = "in memory") { self.label = label }

    public func store(named name: String) throws(StateStoreError) -> any KeyValueStore {
        guard !name.isEmpty, name.utf8.count <= StateLimits.nameBytes else {
            throw StateStoreError(
                folder: label, operation: "open store", kind: .tooLarge,
                reason: "\(name.utf8.count) bytes of name; 1 to \(StateLimits.nameBytes) are allowed")
        }
        if let store = stores[name] { return store }
        let store = InMemoryKeyValueStore(name: name, state: self)
        stores[name] = store
        return store
    }

    public func takeChanges(
        _ body: (_ store: String, _ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer?) -> Void
    ) {
        for change in changes {
            let value = get(change.store, change.key)
            change.key.withUnsafeBytes { key in
                guard let value else { return body(change.store, key, nil) }
                value.withUnsafeBytes { body(change.store, key, $0) }
            }
        }
        changes = []
        isChange = []
    }

    public func commit(changelogOffset offset: Int64?) throws(StateStoreError) {
        if let offset {
            guard changes.isEmpty, offset >= changelogOffset else {
                throw StateStoreError(
                    folder: label, operation: "commit", kind: .misuse,
                    reason: changes.isEmpty
                        ? "changelog offset \(offset) is below \(changelogOffset), which is committed"
                        : "changes were not taken for the changelog")
            }
            changelogOffset = offset
        }
        for (store, writes) in uncommitted {
            for (key, value) in writes { committed[store, default: [:]][key] = value }
        }
        rollback()
    }

    public func rollback() {
        uncommitted = [:]
        changes = []
        isChange = []
        uncommittedByteCount = 0
    }

    public func restore(
        store: String, key: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer?
    ) throws(StateStoreError) {
        try write(store, [UInt8](key), value.map { [UInt8]($0) }, isChange: false)
    }

    // MARK: - For the named stores

    func get(_ store: String, _ key: [UInt8]) -> [UInt8]? {
        if let written = uncommitted[store]?[key] { return written }
        return committed[store]?[key]
    }

    func write(_ store: String, _ key: [UInt8], _ value: [UInt8]?, isChange: Bool) throws(StateStoreError) {
        try StateLimits.check(folder: label, key: key.count, value: value?.count ?? 0)
        uncommitted[store, default: [:]].updateValue(value, forKey: key)
        uncommittedByteCount += key.count + (value?.count ?? 0)
        guard isChange, self.isChange.insert(StateChange(store: store, key: key, value: nil)).inserted else { return }
        changes.append((store, key))
    }

    /// Every entry of a store, overlay included, in key order.
    func entries(_ store: String) -> [(key: [UInt8], value: [UInt8])] {
        var all = committed[store] ?? [:]
        for (key, value) in uncommitted[store] ?? [:] { all[key] = value }
        return all.map { (key: $0.key, value: $0.value) }
            .sorted { $0.key.lexicographicallyPrecedes($1.key) }
    }
}

/// One named store of an ``InMemoryStateStore``.
final class InMemoryKeyValueStore: KeyValueStore {
    let name: String
    private unowned let state: InMemoryStateStore

    init(name: String, state: InMemoryStateStore) {
        self.name = name
        self.state = state
    }

    func withValue<Result>(
        of key: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer?) -> Result
    ) throws(StateStoreError) -> Result {
        guard let value = state.get(name, [UInt8](key)) else { return body(nil) }
        return value.withUnsafeBytes { body($0) }
    }

    func withValues(
        of keys: [[UInt8]], _ body: (_ position: Int, _ value: UnsafeRawBufferPointer?) -> Void
    ) throws(StateStoreError) {
        for (position, key) in keys.enumerated() {
            try key.borrowed { key throws(StateStoreError) in try withValue(of: key) { body(position, $0) } }
        }
    }

    func withValues(
        ofPacked keys: UnsafeRawBufferPointer, keyLength: Int, _ body: (_ position: Int, _ value: UnsafeRawBufferPointer?) -> Void
    ) throws(StateStoreError) {
        guard keyLength > 0 else { return }
        for position in 0..<(keys.count / keyLength) {
            let key = UnsafeRawBufferPointer(rebasing: keys[(position * keyLength)..<((position + 1) * keyLength)])
            try withValue(of: key) { body(position, $0) }
        }
    }

    func put(_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) throws(StateStoreError) {
        try state.write(name, [UInt8](key), [UInt8](value), isChange: true)
    }

    func delete(_ key: UnsafeRawBufferPointer) throws(StateStoreError) {
        try state.write(name, [UInt8](key), nil, isChange: true)
    }

    func scan(
        from lower: [UInt8], to upper: [UInt8]?,
        _ body: (_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> Bool
    ) throws(StateStoreError) {
        for entry in state.entries(name) where !entry.key.lexicographicallyPrecedes(lower) {
            if let upper, !entry.key.lexicographicallyPrecedes(upper) { return }
            let goesOn = entry.key.withUnsafeBytes { key in entry.value.withUnsafeBytes { body(key, $0) } }
            if !goesOn { return }
        }
    }
}
