import Console
import Foundation

/// What the processes of stages say of themselves at their endpoints. One that does not answer is named, and the others are shown.
struct EndpointStatuses {
    private(set) var statuses: [StageStatus] = []
    /// A sentence for each endpoint that gave no answer.
    private(set) var failures: [String] = []

    init(_ endpoints: [String]) {
        for endpoint in endpoints {
            do {
                let answer = try HTTPQuestion.get((endpoint.hasSuffix("/") ? String(endpoint.dropLast()) : endpoint) + "/status")
                guard answer.status == 200, let found = try? JSONDecoder().decode([StageStatus].self, from: Data(answer.body.utf8)) else {
                    failures.append("\(endpoint): this is no endpoint of a stage")
                    continue
                }
                statuses += found
            } catch {
                failures.append("\(error)")
            }
        }
    }

    /// Puts into the stages' rows what only their processes know; `makesRows`: and makes the rows, where there is no log to make them from.
    func add(to rows: inout [StageRow], makesRows: Bool) {
        for status in statuses {
            if makesRows, !rows.contains(where: { $0.stage == status.stage }) { rows.append(StageRow(status)) }
            guard let index = rows.firstIndex(where: { $0.stage == status.stage }) else { continue }
            if makesRows {
                rows[index].in += status.in
                rows[index].out += status.out
                rows[index].rejected += status.rejected
                rows[index].dead += status.dead
                rows[index].lagRecords += status.lagRecords
                rows[index].lagBytes += status.lagBytes
            }
            rows[index].processes = (rows[index].processes ?? 0) + 1
            rows[index].restarts = (rows[index].restarts ?? 0) + status.restarts
            rows[index].stateBytes = (rows[index].processes == 1 ? 0 : rows[index].stateBytes ?? 0) + status.stateBytes
            rows[index].committed = [rows[index].committed, status.lastCommitAt].compactMap { $0 }.max()
            if status.commits > 0 { rows[index].commitSeconds = max(rows[index].commitSeconds ?? 0, status.lastCommitSeconds) }
            guard let restoring = status.restoring else { continue }
            let before = rows[index].processes == 1 ? nil : rows[index].restoring
            rows[index].restoring = .init(
                records: (before?.records ?? 0) + restoring.records, bytes: (before?.bytes ?? 0) + restoring.bytes,
                secondsLeft: [before?.secondsLeft, restoring.secondsLeft].compactMap { $0 }.max())
        }
    }
}
