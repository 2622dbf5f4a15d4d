// GET /state, /state/STORE and /state/STORE/KEY of a stage's endpoint answer with a JSON array, an object for each stage of the process:
// [{"stage":"dedup","tasks":[{"partition":0,"role":"active","changelog":"dedup-changelog-0","changelogOffset":812,"bytes":90112,
//   "stores":[{"name":"index","entries":41,"isEstimate":false}]}]}]
// and for keys instead of stores: "entries":[{"key":"aWQ=","value":"MTI=","bytes":2}], keys and values in base64, values cut at 1 MiB.

import Foundation

/// What a stage's process says of its state.
struct StatePage: Codable, Equatable {
    struct Task: Codable, Equatable {
        var partition: Int32
        /// "active"; "restoring": the state is older than the changelog; "copy": another process has the task, or had it.
        var role: String
        /// "topic-partition".
        var changelog: String
        /// Everything below this offset of the changelog is in what was seen, and nothing from it on.
        var changelogOffset: Int64
        var bytes: Int
        var stores: [Store]?
        var entries: [Entry]?
    }

    struct Store: Codable, Equatable {
        var name: String
        var entries: Int
        var isEstimate: Bool
    }

    struct Entry: Codable, Equatable {
        var key: Data
        var value: Data
        /// Of the whole value.
        var bytes: Int
    }

    var stage: String
    var tasks: [Task]

    /// Values are cut here.
    static let valueLimit = 1 << 20

    static func json(_ pages: [StatePage]) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return ((try? encoder.encode(pages)).map { String(decoding: $0, as: UTF8.self) } ?? "[]") + "\n"
    }
}
