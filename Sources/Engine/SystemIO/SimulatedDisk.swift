/// The state of a simulated disk: what programs see, and beside it what would be there after a crash.
struct SimulatedDisk: Sendable {
    /// A call that is going to fail.
    struct Fault: Sendable {
        var remaining: Int
        let errorNumber: Int32
        let operation: SimulatedOperation?
    }

    /// A change to a folder that is not durable yet.
    enum NameChange: Sendable {
        case set(String, node: Int)
        case remove(String)
        /// Both names change together or not at all.
        case rename(String, to: String, node: Int)
    }

    var capacity: Int64
    var nodes: [SimulatedNode] = []
    var names: [String: Int] = [:]
    var durableNames: [String: Int] = [:]
    /// Per folder, oldest first.
    var unsynchronizedNames: [String: [NameChange]] = [:]
    /// Folders are durable at once: a lost folder holds no acknowledged data, and the log syncs what is in it.
    var folders: Set<String> = ["/", "."]
    var locks: Set<String> = []
    var faults: [Fault] = []
    var callsUntilStop = Int.max
    var callCount = 0

    init(capacity: Int64) { self.capacity = capacity }

    var used: Int64 { names.values.reduce(0) { $0 + Int64(nodes[$1].visible.count) } }

    mutating func countCall(_ operation: SimulatedOperation, _ path: String) throws(SystemIOError) {
        callCount += 1
        if callsUntilStop != .max { callsUntilStop -= 1 }
        if callsUntilStop <= 0 {
            throw SystemIOError(
                operation: operation.rawValue, path: path, errorNumber: ErrorNumber.inputOutput,
                sentence: "the simulated machine has stopped")
        }
        var failure: Int32?
        for index in faults.indices where faults[index].operation == nil || faults[index].operation == operation {
            faults[index].remaining -= 1
            if faults[index].remaining == 0 { failure = faults[index].errorNumber }
        }
        faults.removeAll { $0.remaining <= 0 }
        if let failure { throw SystemIOError(operation: operation.rawValue, path: path, errorNumber: failure) }
    }

    mutating func open(_ path: String, _ mode: FileMode) throws(SystemIOError) -> Int {
        if let node = names[path] {
            guard mode != .createNew else {
                throw SystemIOError(operation: "open", path: path, errorNumber: ErrorNumber.exists)
            }
            return node
        }
        guard mode == .create || mode == .createNew, folders.contains(FilePath.folder(of: path)) else {
            throw SystemIOError(operation: "open", path: path, errorNumber: ErrorNumber.notFound)
        }
        nodes.append(SimulatedNode())
        names[path] = nodes.count - 1
        note(.set(path, node: nodes.count - 1), in: path)
        return nodes.count - 1
    }

    mutating func write(_ bytes: [UInt8], at position: Int, node: Int, path: String) throws(SystemIOError) {
        let growth = max(0, position + bytes.count - nodes[node].visible.count)
        guard Int64(growth) <= capacity - used || growth == 0 else {
            // A real disk writes what still fits, then says so.
            let fits = max(0, Int(capacity - used) + bytes.count - growth)
            if fits > 0 { nodes[node].write(Array(bytes.prefix(fits)), at: position) }
            throw SystemIOError(operation: "write", path: path, errorNumber: ErrorNumber.noSpace)
        }
        nodes[node].write(bytes, at: position)
    }

    mutating func rename(_ path: String, to target: String) throws(SystemIOError) {
        guard let node = names.removeValue(forKey: path) else {
            throw SystemIOError(operation: "rename", path: path, errorNumber: ErrorNumber.notFound)
        }
        names[target] = node
        note(.rename(path, to: target, node: node), in: target)
    }

    mutating func remove(_ path: String) throws(SystemIOError) {
        guard names.removeValue(forKey: path) != nil else {
            throw SystemIOError(operation: "remove", path: path, errorNumber: ErrorNumber.notFound)
        }
        note(.remove(path), in: path)
    }

    func list(_ folder: String) throws(SystemIOError) -> [String] {
        guard folders.contains(folder) else {
            throw SystemIOError(operation: "list", path: folder, errorNumber: ErrorNumber.notFound)
        }
        return (Array(names.keys) + Array(folders))
            .filter { $0 != folder && FilePath.folder(of: $0) == folder }
            .map { FilePath.name(of: $0) }
            .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    mutating func makeFolder(_ path: String) {
        var path = path
        while folders.insert(path).inserted { path = FilePath.folder(of: path) }
    }

    mutating func removeFolder(_ path: String) throws(SystemIOError) {
        guard try list(path).isEmpty else {
            throw SystemIOError(operation: "remove folder", path: path, errorNumber: ErrorNumber.notEmpty)
        }
        folders.remove(path)
    }

    mutating func synchronizeFolder(_ path: String) {
        for change in unsynchronizedNames.removeValue(forKey: path) ?? [] { apply(change, to: &durableNames) }
    }

    mutating func damage(_ path: String, at position: Int, mask: UInt8) {
        guard let node = names[path] else { return }
        nodes[node].damage(at: position, mask: mask)
    }

    func afterCrash(seed: UInt64) -> SimulatedDisk {
        var random = SeededGenerator(seed: seed)
        var disk = SimulatedDisk(capacity: capacity)
        disk.folders = folders
        disk.durableNames = durableNames
        for folder in unsynchronizedNames.keys.sorted() {
            let changes = unsynchronizedNames[folder] ?? []
            for change in changes.prefix(Int.random(in: 0...changes.count, using: &random)) {
                apply(change, to: &disk.durableNames)
            }
        }
        disk.nodes = nodes.map { $0.afterCrash(using: &random) }
        disk.names = disk.durableNames
        return disk
    }

    func afterKill() -> SimulatedDisk {
        var disk = self
        disk.locks = []
        disk.faults = []
        disk.callsUntilStop = .max
        return disk
    }

    private mutating func note(_ change: NameChange, in path: String) {
        unsynchronizedNames[FilePath.folder(of: path), default: []].append(change)
    }

    private func apply(_ change: NameChange, to names: inout [String: Int]) {
        switch change {
        case .set(let path, let node): names[path] = node
        case .remove(let path): names[path] = nil
        case .rename(let path, let target, let node):
            names[path] = nil
            names[target] = node
        }
    }
}
