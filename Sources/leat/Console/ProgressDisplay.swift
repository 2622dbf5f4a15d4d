import Foundation
import Glibc
import Streams

/// Live progress on standard error: a block of lines that is redrawn on a terminal, a line every few seconds elsewhere.
final class ProgressDisplay {
    private let isEnabled: Bool
    private let isTerminal = isatty(STDERR_FILENO) == 1
    private var began = Date()
    private var lastShown = Date.distantPast
    private var drawnLines = 0
    /// Documents at the first commit of this process: the rate is of this process.
    private var baseline: Int?

    init(isEnabled: Bool) { self.isEnabled = isEnabled }

    func begin(added: Int, known: Int) {
        guard isEnabled else { return }
        began = Date()
        let resumed = known > 0 ? ", \(known) listed before" : ""
        write("inputs: \(added) new\(resumed)\n")
    }

    func show(_ snapshot: RuntimeSnapshot) {
        guard isEnabled, Date().timeIntervalSince(lastShown) >= (isTerminal ? 0.25 : 5) else { return }
        lastShown = Date()
        let lines = lines(snapshot)
        if isTerminal, drawnLines > 0 { write("\u{1B}[\(drawnLines)A\u{1B}[J") }
        write(lines.joined(separator: "\n") + "\n")
        drawnLines = lines.count
    }

    func end() { if isEnabled, isTerminal, drawnLines > 0 { write("\u{1B}[\(drawnLines)A\u{1B}[J") } }

    private func lines(_ snapshot: RuntimeSnapshot) -> [String] {
        let seconds = max(0.001, Date().timeIntervalSince(began))
        let pages = snapshot.stages.first { $0.name == "extract" }?.ledger.in ?? 0
        if baseline == nil { baseline = pages }
        let rate = Double(pages - (baseline ?? 0)) / seconds
        let waiting = snapshot.stages.reduce(0) { $0 + $1.lagBytes }
        var first = String(format: "%6.0f s  %8.0f pages/s  %d commits", seconds, rate, snapshot.commits)
        if let left = timeLeft(snapshot, seconds) { first += String(format: "  about %.0f s left", left) }
        if snapshot.isDiskFull { first += "  waiting: the disk is full" }
        if let waiting = snapshot.waitingForOutside {
            let names = snapshot.stages.filter { $0.isOutside && $0.lagRecords > 0 }.map(\.name).joined(separator: ", ")
            first += String(format: "  done but for %@, which other processes run: waiting for %.0f s", names.isEmpty ? "the last commit of others" : names, Self.seconds(waiting))
        }
        if snapshot.restarts > 0 { first += "  \(snapshot.restarts) restarts" }
        guard isTerminal else {
            let others = snapshot.stages.filter { $0.isOutside && $0.lagRecords > 0 }.map { "  \($0.name): \(outside($0))" }
            return [first + "  waiting: \(ByteText.size(waiting))" + others.joined()]
        }
        return [first]
            + snapshot.stages.map { stage in
                let ledger = stage.ledger
                let name = stage.name.padding(toLength: 9, withPad: " ", startingAt: 0)
                let isWaiting = stage.isBlocked ? "  waits" : stage.isOutside ? "  " + outside(stage) : ""
                return String(
                    format: "  %@ in %9d  kept %9d  rejected %8d  dead %4d  lag %8@%@", name, ledger.in, ledger.out, ledger.rejected,
                    ledger.dead, ByteText.size(stage.lagBytes), isWaiting)
            }
    }

    /// What is to be said of a stage that other processes run.
    private func outside(_ stage: RuntimeSnapshot.StageState) -> String {
        let standing = Self.seconds(stage.standingFor)
        guard stage.lagRecords > 0, standing >= 3 else { return "outside" }
        return String(format: "outside, has not moved for %.0f s with %d records before it", standing, stage.lagRecords)
    }

    private static func seconds(_ duration: Duration) -> Double {
        Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
    }

    /// From the share of bytes that the slowest part still has before it; nil while that says nothing.
    private func timeLeft(_ snapshot: RuntimeSnapshot, _ seconds: Double) -> Double? {
        guard let extract = snapshot.stages.first(where: { $0.name == "extract" }), extract.ledger.in > 200, seconds > 3,
            let ingest = snapshot.stages.first(where: { $0.name == "ingest" }), ingest.lagBytes == 0
        else { return nil }
        let left = ingest.ledger.out - extract.ledger.in
        let rate = Double(extract.ledger.in - (baseline ?? 0)) / seconds
        return rate > 0 ? Double(left) / rate : nil
    }

    private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
