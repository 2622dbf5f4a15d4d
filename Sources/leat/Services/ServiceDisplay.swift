import Foundation
import Streams

/// A service's log lines: what it has, how fast it is, how far behind, and what it is waiting for; one every ten seconds, and at each change of tasks.
struct ServiceDisplay {
    private let isEnabled: Bool
    private var lastShown = ContinuousClock.now
    private var lastIn: Int?
    private var lastTasks: [Int32] = []
    private var lastRestarts = 0
    private var lastFull = false

    init(isEnabled: Bool) { self.isEnabled = isEnabled }

    mutating func show(_ snapshot: RuntimeSnapshot) {
        guard isEnabled, let stage = snapshot.stages.first else { return }
        let elapsed = ContinuousClock.now - lastShown
        let changed = stage.tasks.sorted() != lastTasks || snapshot.restarts != lastRestarts || snapshot.isDiskFull != lastFull
        guard changed || elapsed >= .seconds(10) else { return }
        let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
        // The ledger is of the partitions at hand: with other ones, no rate can be told from it.
        let rate = changed || lastIn == nil ? nil : Double(stage.ledger.in - (lastIn ?? 0)) / max(seconds, 0.001)
        (lastShown, lastIn, lastTasks, lastRestarts) = (ContinuousClock.now, stage.ledger.in, stage.tasks.sorted(), snapshot.restarts)
        lastFull = snapshot.isDiskFull
        var line = "\(stage.name): tasks \(lastTasks.map(String.init).joined(separator: ","))"
        if lastTasks.isEmpty { line += "none" }
        if let rate { line += String(format: ", %.0f records/s", rate) }
        line += ", in \(stage.ledger.in), out \(stage.ledger.out), rejected \(stage.ledger.rejected), dead \(stage.ledger.dead), lag \(stage.lagRecords)"
        if stage.restoringTasks > 0 { line += ", restoring \(stage.restoringTasks) tasks: \(restoration(stage, snapshot))" }
        if snapshot.isDiskFull { line += ", waiting: the disk is full" }
        if snapshot.restarts > 0 { line += ", restarts \(snapshot.restarts) (\(snapshot.lastFailure ?? ""))" }
        FileHandle.standardError.write(Data((line + "\n").utf8))
    }

    private func restoration(_ stage: RuntimeSnapshot.StageState, _ snapshot: RuntimeSnapshot) -> String {
        let time = snapshot.restorationTimeLeft.map { ", about \(TimeText.span(seconds: Double($0.components.seconds) + 1))" } ?? ""
        return "\(ByteText.count(stage.restoringRecords)) entries, \(ByteText.size(stage.restoringBytes)) left\(time)"
    }
}
