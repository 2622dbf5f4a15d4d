import FoundationEssentials
import Glibc
public import Streams
import Synchronization

/// What a running stage tells of itself: /healthz (does it move), /readyz (does it have tasks, all of them restored), /metrics, /status (``StageStatus``).
///
/// Lag has the names of kafka_exporter (kafka_consumergroup_…), so that existing dashboards and autoscalers read it. Thread rule: any thread.
public final class StageEndpoint: Sendable {
    private struct State {
        var snapshot = RuntimeSnapshot()
        var updated: ContinuousClock.Instant?
        var committedAt: Int64?
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
            if snapshot.commits > state.snapshot.commits { state.committedAt = Self.wallMilliseconds() }
            state.snapshot = snapshot
            state.updated = .now
        }
    }

    /// As of the last call of ``update(_:)``.
    public var statuses: [StageStatus] {
        let (snapshot, committedAt) = state.withLock { ($0.snapshot, $0.committedAt) }
        return snapshot.stages.map { StageStatus($0, snapshot, group: groups[$0.name] ?? $0.name, build: build, lastCommitAt: committedAt) }
    }

    public func answer(_ path: String) -> HTTPAnswer? {
        let (snapshot, updated) = state.withLock { ($0.snapshot, $0.updated) }
        switch path {
        case "/healthz":
            guard let updated else { return HTTPAnswer("starting\n") }
            let silent = ContinuousClock.now - updated
            return silent < patience ? HTTPAnswer("ok\n") : HTTPAnswer(status: 503, "no sign of progress for \(silent.components.seconds) s\n")
        case "/readyz":
            guard updated != nil else { return HTTPAnswer(status: 503, "joining the group\n") }
            return Self.restoration(snapshot).map { HTTPAnswer(status: 503, $0 + "\n") } ?? HTTPAnswer("ready\n")
        case "/metrics": return HTTPAnswer(contentType: MetricsText.contentType, metrics(snapshot).text)
        case "/status":
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            let data = (try? encoder.encode(statuses)) ?? Data()
            return HTTPAnswer(contentType: "application/json", String(decoding: data, as: UTF8.self) + "\n")
        case "/": return HTTPAnswer("leat stage: /healthz /readyz /metrics /status /state\n")
        default: return nil
        }
    }

    /// "restoring 2 tasks: 12345 entries, 1048576 bytes left, about 40 s"; nil where nothing is.
    public static func restoration(_ snapshot: RuntimeSnapshot) -> String? {
        let stages = snapshot.stages.filter { $0.restoringTasks > 0 }
        guard !stages.isEmpty else { return nil }
        func sum(_ value: KeyPath<RuntimeSnapshot.StageState, Int>) -> Int { stages.reduce(0) { $0 + $1[keyPath: value] } }
        let time = snapshot.restorationTimeLeft.map { ", about \(Int($0.seconds.rounded(.up))) s" } ?? ""
        let tasks = sum(\.restoringTasks)
        return "restoring \(tasks) task\(tasks == 1 ? "" : "s"): \(sum(\.restoringRecords)) entries, \(sum(\.restoringBytes)) bytes left\(time)"
    }

    private static func wallMilliseconds() -> Int64 {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return Int64(now.tv_sec) * 1_000 + Int64(now.tv_nsec) / 1_000_000
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
            ("leat_stage_restoring_bytes", "Bytes of keys and values left to restore, about.", \.restoringBytes),
            ("leat_stage_restored_records", "Changelog entries restored since the tasks came here.", \.restoredRecords),
            ("leat_stage_restored_bytes", "Bytes of keys and values restored since the tasks came here.", \.restoredBytes),
            ("leat_stage_standby_tasks", "Copies of other members' state.", \.standbyTasks),
            ("leat_stage_state_bytes", "Bytes of state.", \.stateBytes),
        ]
        for (name, help, value) in gauges {
            for stage in snapshot.stages { text.add(name, .gauge, help, [("stage", stage.name)], Double(stage[keyPath: value])) }
        }
        if let left = snapshot.restorationTimeLeft {
            text.add("leat_restore_seconds_left", .gauge, "How long restoring will take, at the pace of the last seconds.", [], left.seconds)
        }
        text.add("leat_commits_total", .counter, "Commits of this process.", [], Double(snapshot.commits))
        text.add("leat_last_commit_seconds", .gauge, "How long the last commit took.", [], snapshot.lastCommit.seconds)
        text.add("leat_restarts_total", .counter, "How often tasks were made anew after an error.", [], Double(snapshot.restarts))
        return text
    }
}
