import Console
import Foundation

/// The state of stages that run as services, asked at their endpoints (`leat stage … --metrics`).
struct EndpointState: StateSource {
    let endpoints: [String]
    let stage: String?
    let partition: Int32?

    func stores(limit: Int) throws -> [StateLook] { try ask("/state?limit=\(limit)") }

    func get(store: String, key: [UInt8]) throws -> [StateLook] {
        try ask("/state/\(HTTPQuery.encoded(store))/\(HTTPQuery.encoded(StateText.text(key, .hex)))")
    }

    func scan(store: String, prefix: [UInt8], count: Int) throws -> [StateLook] {
        try ask("/state/\(HTTPQuery.encoded(store))?count=\(count)&prefix=\(HTTPQuery.encoded(StateText.text(prefix, .hex)))")
    }

    private func ask(_ path: String) throws -> [StateLook] {
        var looks: [StateLook] = []
        for endpoint in endpoints {
            let base = endpoint.hasSuffix("/") ? String(endpoint.dropLast()) : endpoint
            let query = partition.map { (path.contains("?") ? "&" : "?") + "partition=\($0)" } ?? ""
            let answer = try HTTPQuestion.get(base + path + query, seconds: 60)
            guard answer.contentType == "application/json" else {
                // Of several processes not each has a task with state.
                if answer.status == 404, endpoints.count > 1 { continue }
                throw CommandFailure("\(endpoint): \(answer.body.trimmingCharacters(in: .whitespacesAndNewlines))")
            }
            guard let pages = try? JSONDecoder().decode([StatePage].self, from: Data(answer.body.utf8)) else {
                throw CommandFailure("\(endpoint): this is no answer of a stage's endpoint")
            }
            for page in pages where stage == nil || stage == page.stage {
                looks += page.tasks.map { Self.look($0, of: page.stage) }
            }
        }
        return looks
    }

    private static func look(_ task: StatePage.Task, of stage: String) -> StateLook {
        var look = StateLook(stage: stage, partition: task.partition, changelog: task.changelog, changelogOffset: task.changelogOffset, bytes: task.bytes)
        if task.role != "active" { look.note = task.role == "restoring" ? "still being restored: older than the changelog" : "a copy" }
        look.stores = (task.stores ?? []).map { .init(name: $0.name, entries: $0.entries, isEstimate: $0.isEstimate) }
        look.entries = (task.entries ?? []).map { .init(key: Array($0.key), value: Array($0.value), isCut: $0.bytes > $0.value.count) }
        return look
    }
}
