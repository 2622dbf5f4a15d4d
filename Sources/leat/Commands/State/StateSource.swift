import Coordination
import Foundation
import StateStore

/// Where a stage's state can be looked at. One thread.
protocol StateSource {
    /// Every store of every task. Counts entries up to `limit` a store.
    func stores(limit: Int) throws -> [StateLook]
    /// A key, wherever it is.
    func get(store: String, key: [UInt8]) throws -> [StateLook]
    /// At most `count` entries of each task, in the order of their keys.
    func scan(store: String, prefix: [UInt8], count: Int) throws -> [StateLook]
}

/// What was seen of one task's state, and up to where it is true.
struct StateLook {
    struct Store {
        var name: String
        var entries: Int
        var isEstimate: Bool
    }

    struct Entry {
        var key: [UInt8]
        var value: [UInt8]
        /// The value is longer than what was given.
        var isCut = false
        /// Where in the changelog it stands; nil where that is not known.
        var offset: Int64?
    }

    var stage: String
    var partition: Int32
    /// "topic-partition"; nil where the place does not say.
    var changelog: String?
    /// Everything below this offset of the changelog is in what was seen, and nothing from it on.
    var changelogOffset: Int64
    var bytes: Int?
    /// What there is to know of its age.
    var note: String?
    var stores: [Store] = []
    var entries: [Entry] = []
}

/// The state in a data folder: also while a process owns it.
struct FolderState: StateSource {
    let tasks: [StateChoice.Task]

    private func looks(_ body: (StateReader, inout StateLook) throws -> Void) throws -> [StateLook] {
        try tasks.map { task in
            try StateChoice.look(task.folder) { state in
                var look = StateLook(stage: task.stage, partition: task.partition, changelogOffset: state.changelogOffset, bytes: state.byteCount)
                try body(state, &look)
                return look
            }
        }
    }

    func stores(limit: Int) throws -> [StateLook] {
        try looks { state, look in
            look.stores = try state.storeNames.map { name in
                let (entries, isEstimate) = try state.count(store: name, limit: limit)
                return .init(name: name, entries: entries, isEstimate: isEstimate)
            }
        }
    }

    func get(store: String, key: [UInt8]) throws -> [StateLook] {
        try looks { state, look in
            look.stores = state.storeNames.map { .init(name: $0, entries: 0, isEstimate: true) }
            if let value = try state.get(store: store, key: key) { look.entries = [.init(key: key, value: value)] }
        }
    }

    func scan(store: String, prefix: [UInt8], count: Int) throws -> [StateLook] {
        try looks { state, look in
            guard count > 0 else { return }
            try state.scan(store: store, prefix: prefix) { key, value in
                look.entries.append(.init(key: Array(key), value: Array(value)))
                return look.entries.count < count
            }
        }
    }
}
