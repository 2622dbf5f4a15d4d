public import Streams
import Synchronization

/// What a running stage tells of itself: /healthz (does it move), /readyz (does it have tasks, all of them restored), /metrics.
///
/// Lag has the names of kafka_exporter (kafka_consumergroup_…), so that existing dashboards and autoscalers read it. Thread rule: any thread.
public final class StageEndpoint: Sendable {
    private struct State {
        var snapshot = RuntimeSnapshot()
        var updated: ContinuousClock.Instant?
    }

    private let state = Mutex(State())
    private let groups: [String: String]
    private let build: String
    /// Without a sign for so long a process counts as stuck. A commit may wait this long for its cluster.
    private let patience: Duration

    /// `groups`: the consumer group of each stage.
    public init(groups: [String: String], build: String, patience: Duration = .seconds(120)) {
        self.groups = groups
        self.build = build
        self.patience = patience
    }

    /// To be told after every commit, and now and then without one.
    public func update(_ snapshot: RuntimeSnapshot) {
        state.withLock { state in
            state.snapshot = snapshot
            state.updated = .now
        }
    }

    public func answer(_ path: String) -> HTTPAnswer? {
        let (snapshot, updated) = state.withLock { ($0.snapshot, $0.updated) }
        switch path {
        case "/healthz":
            guard let updated else { return HTTPAnswer("starting\n") }
            let silent = ContinuousClock.now - updated
            return silent < patience ? HTTPAnswer("ok\n") : HTTPAnswer(status: 503, "no sign of progress for \(silent.components.seconds) s\n")
        case "/readyz":
            let restoring = snapshot.stages.reduce(0) { $0 + $1.restoringTasks }
            guard updated != nil else { return HTTPAnswer(status: 503, "joining the group\n") }
            return restoring == 0 ? HTTPAnswer("ready\n") : HTTPAnswer(status: 503, "restoring \(restoring) tasks\n")
        case "/metrics": return HTTPAnswer(contentType: MetricsText.contentType, metrics(snapshot).text)
        case "/": return HTTPAnswer("leat stage: /healthz /readyz /metrics\n")
        default: return nil
        }
    }

    private func metrics(_ snapshot: RuntimeSnapshot) -> MetricsText {
        var text = MetricsText()
        text.add("leat_build_info", .gauge, "The program.", [("build", build)], 1)
        let positions = snapshot.stages.flatMap { stage in stage.positions.map { (groups[stage.name] ?? stage.name, $0) } }
        for (name, help, value) in [
            ("kafka_consumergroup_current_offset", "Position of the group in the partition.", \RuntimeSnapshot.Position.offset),
            ("kafka_consumergroup_lag", "Records that the group has yet to handle, at most.", \.lagRecords),
        ] {
            for (group, position) in positions {
                let labels = [("consumergroup", group), ("partition", String(position.partition)), ("topic", position.topic)]
                text.add(name, .gauge, help, labels, Double(position[keyPath: value]))
            }
        }
        for stage in snapshot.stages {
            let counts = [("in", stage.ledger.in), ("out", stage.ledger.out), ("rejected", stage.ledger.rejected), ("dead", stage.ledger.dead)]
            for (outcome, count) in counts {
                text.add(
                    "leat_stage_records", .gauge, "Records of this process's partitions since the group began, by what became of them.",
                    [("stage", stage.name), ("outcome", outcome)], Double(count))
            }
        }
        for stage in snapshot.stages {
            for (rule, count) in stage.ledger.rules.sorted(by: { $0.key < $1.key }) {
                text.add("leat_stage_rejections", .gauge, "Refusals by rule.", [("stage", stage.name), ("rule", rule)], Double(count))
            }
        }
        let gauges: [(String, String, KeyPath<RuntimeSnapshot.StageState, Int>)] = [
            ("leat_stage_lag_bytes", "Bytes that the stage has yet to handle, estimated.", \.lagBytes),
            ("leat_stage_tasks", "Tasks of this process.", \.tasks.count),
            ("leat_stage_restoring_tasks", "Tasks whose state is being restored.", \.restoringTasks),
            ("leat_stage_restoring_records", "Changelog entries left to restore.", \.restoringRecords),
            ("leat_stage_restored_records", "Changelog entries restored since the tasks came here.", \.restoredRecords),
            ("leat_stage_standby_tasks", "Copies of other members' state.", \.standbyTasks),
            ("leat_stage_state_bytes", "Bytes of state.", \.stateBytes),
        ]
        for (name, help, value) in gauges {
            for stage in snapshot.stages { text.add(name, .gauge, help, [("stage", stage.name)], Double(stage[keyPath: value])) }
        }
        let seconds = Double(snapshot.lastCommit.components.seconds) + Double(snapshot.lastCommit.components.attoseconds) / 1e18
        text.add("leat_commits_total", .counter, "Commits of this process.", [], Double(snapshot.commits))
        text.add("leat_last_commit_seconds", .gauge, "How long the last commit took.", [], seconds)
        text.add("leat_restarts_total", .counter, "How often tasks were made anew after an error.", [], Double(snapshot.restarts))
        return text
    }
}
