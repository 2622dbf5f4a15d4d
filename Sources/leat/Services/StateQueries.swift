import Console
import Foundation
import StateStore
import Synchronization

/// Answers questions about a running stage's state over HTTP: read-only, from RocksDB's files as of the last commit, beside the tasks that own them.
///
/// A question opens the state anew, which takes some milliseconds and reads what is only in RocksDB's own log; the endpoint asks one at a time. Answers
/// are bounded: values at 1 MiB, a scan at 1,000 entries and 4 MiB. State is data, and the endpoint knows no login: others than this machine are refused
/// unless the stage was started to answer them. Thread rule: any thread.
final class StateQueries: Sendable {
    /// With their changelogs; those without have no state.
    private let stages: [(name: String, changelog: String)]
    private let names: String
    private let folder: String
    private let isOpen: Bool
    /// Partition numbers of a stage's tasks that are here now, and whether some of them are being restored.
    private let tasks: @Sendable (_ stage: String) -> (active: [Int32], isRestoring: Bool)

    /// `isOpen`: others than this machine are answered, too.
    init(
        stages: [(name: String, changelog: String?)], stateFolder: String, isOpen: Bool,
        tasks: @escaping @Sendable (_ stage: String) -> (active: [Int32], isRestoring: Bool)
    ) {
        self.stages = stages.compactMap { stage in stage.changelog.map { (stage.name, $0) } }
        names = stages.map(\.name).joined(separator: ", ")
        folder = stateFolder
        self.isOpen = isOpen
        self.tasks = tasks
    }

    private static let scanLimit = 1_000
    private static let scanBytes = 4 << 20
    private static let countLimit = 1_000_000

    /// Nil where the path is another's.
    func answer(_ question: HTTPLook) -> HTTPAnswer? {
        let (path, query) = (question.path, question.query)
        guard path == "/state" || path.hasPrefix("/state/") else { return nil }
        guard isOpen || question.isLocal else {
            return HTTPAnswer(status: 403, "state is told to this machine alone; leat stage … --open-state tells it to whoever reaches this address\n")
        }
        guard !stages.isEmpty else { return HTTPAnswer(status: 404, "the stage \(names) has no state\n") }
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst(2).map { HTTPQuery.decoded($0) }
        do {
            switch parts.count {
            case 0: return try pages(query) { try self.stores($0, query) }
            case 1:
                let prefix = try StateText.bytes(query["prefix"] ?? "")
                let count = query["count"].flatMap { Int($0) }.map { max(1, min($0, Self.scanLimit)) } ?? 20
                return try pages(query) { state in (nil, try Self.scan(state, parts[0], prefix, count)) }
            case 2:
                let key = try StateText.bytes(parts[1])
                return try pages(query) { state in (nil, try state.get(store: parts[0], key: key).map { [Self.entry(key, $0)] } ?? []) }
            default: return HTTPAnswer(status: 404, "/state, /state/STORE and /state/STORE/KEY are answered; a slash in a key is written as %2F\n")
            }
        } catch let error as StateStoreError {
            return HTTPAnswer(status: 503, "\(error)\n")
        } catch {
            return HTTPAnswer(status: 400, "\(error)\n")
        }
    }

    /// 404 where keys were asked for and no task has one.
    private func pages(
        _ query: [String: String], _ look: (StateReader) throws -> (stores: [StatePage.Store]?, entries: [StatePage.Entry]?)
    ) throws -> HTTPAnswer {
        var pages: [StatePage] = []
        var isFound = false
        for (stage, changelog) in stages {
            let (active, isRestoring) = tasks(stage)
            var page = StatePage(stage: stage, tasks: [])
            for number in onDisk(stage) {
                let role = active.contains(number) ? isRestoring ? "restoring" : "active" : "copy"
                guard role != "copy" || query["copies"] == "true" else { continue }
                if let wanted = query["partition"], wanted != String(number) { continue }
                try StateChoice.look("\(folder)/\(stage)/\(number)") { state in
                    let (stores, entries) = try look(state)
                    if stores != nil || entries?.isEmpty == false { isFound = true }
                    page.tasks.append(
                        .init(
                            partition: number, role: role, changelog: "\(changelog)-\(number)", changelogOffset: state.changelogOffset,
                            bytes: state.byteCount, stores: stores, entries: entries))
                }
            }
            if !page.tasks.isEmpty { pages.append(page) }
        }
        guard !pages.isEmpty else { return HTTPAnswer(status: 404, "no task of \(names) with state is in this process\n") }
        return HTTPAnswer(status: isFound ? 200 : 404, contentType: "application/json", StatePage.json(pages))
    }

    private func onDisk(_ stage: String) -> [Int32] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder + "/" + stage)) ?? []).compactMap { Int32($0) }.sorted()
    }

    private func stores(_ state: StateReader, _ query: [String: String]) throws -> (stores: [StatePage.Store]?, entries: [StatePage.Entry]?) {
        let limit = query["limit"].flatMap { Int($0) }.map { max(0, min($0, Self.countLimit)) } ?? 100_000
        return (
            try state.storeNames.map { name in
                let (entries, isEstimate) = try state.count(store: name, limit: limit)
                return .init(name: name, entries: entries, isEstimate: isEstimate)
            }, nil
        )
    }

    private static func scan(_ state: StateReader, _ store: String, _ prefix: [UInt8], _ count: Int) throws -> [StatePage.Entry] {
        var entries: [StatePage.Entry] = []
        var bytes = 0
        try state.scan(store: store, prefix: prefix) { key, value in
            let entry = entry(Array(key), Array(value))
            bytes += entry.key.count + entry.value.count
            entries.append(entry)
            return entries.count < count && bytes < scanBytes
        }
        return entries
    }

    private static func entry(_ key: [UInt8], _ value: [UInt8]) -> StatePage.Entry {
        .init(key: Data(key), value: Data(value.prefix(StatePage.valueLimit)), bytes: value.count)
    }
}

extension StateReader {
    /// Counts a store's entries one by one up to `limit`; above it RocksDB's estimate for the whole task.
    func count(store: String, limit: Int) throws -> (entries: Int, isEstimate: Bool) {
        var entries = 0
        try scan(store: store) { _, _ in
            entries += 1
            return entries <= limit
        }
        return entries > limit ? (max(entries, estimatedEntryCount), true) : (entries, false)
    }
}
