import Coordination
import LogClient
import StateStore

/// Brings a task's state up to the end of its changelog, a piece at a time, so that other tasks go on meanwhile.
///
/// Replays what the changelog has and the state has not, and commits after every piece: who is killed goes on where it was. One owner at a time.
final class StateRestoration {
    private let engine: any LogEngine
    private let state: any TaskState
    let partition: TopicPartition
    private let start: Int64
    /// Where the changelog ended when the restoration began, uncommitted records included: a transaction of an earlier owner that was
    /// committed and whose marker is still on its way must be waited for.
    private var end: Int64
    private(set) var position: Int64
    private(set) var restoredCount = 0
    private(set) var restoredBytes = 0
    private let first: Int64
    private let pace: RestorationPace
    private var records = RecordSet()

    /// `pace`: of the whole process.
    init(_ state: any TaskState, from partition: TopicPartition, of engine: any LogEngine, pace: RestorationPace = RestorationPace()) throws {
        self.engine = engine
        self.pace = pace
        self.state = state
        self.partition = partition
        start = try engine.startOffset(of: partition)
        end = try engine.endOffset(of: partition)
        position = state.changelogOffset
        first = position
        // What retention has taken away and the state lacks cannot be made up: going on would be wrong in silence.
        guard position >= start else {
            throw EngineError(
                .offsetOutOfRange,
                """
                \(partition) begins at offset \(start), and the state on disk includes it only up to \(position): the state was lost or \
                is of another time. Put the state folder back, or run again on a new data folder
                """)
        }
        guard position <= end else {
            throw EngineError(
                .offsetOutOfRange,
                """
                \(partition) ends at offset \(end), and the state on disk includes it up to \(position): the state belongs to another log. Give \
                the stage the state folder that belongs to this one, or an empty one
                """)
        }
    }

    /// Changelog entries that are left, at most.
    var remainingCount: Int64 { max(0, end - position) }
    var isDone: Bool { position >= end }
    /// Whether the process's pace lets a piece be restored now; where not, others have their turn.
    var isAllowed: Bool { pace.allows }

    /// Bytes of keys and values that are left, about: by what entries had on average, or by the log's own estimate before there were any.
    func remainingBytes() -> Int {
        guard position > first, restoredBytes > 0 else { return (try? engine.backlog(of: partition, from: position).bytes) ?? 0 }
        return Int(Double(restoredBytes) / Double(position - first) * Double(remainingCount))
    }

    /// Replays a piece, waiting at most so long for it. Returns whether anything was there.
    func step(waitingAtMost duration: Duration) throws -> Bool {
        try engine.fetch(partition, from: position, maximumBytes: pace.pieceBytes, waitingAtMost: duration, into: &records)
        guard records.nextOffset > position else { return false }
        for index in 0..<records.count {
            try records.withRecord(at: index) { record in try TaskChangelog.replay(record, of: partition, into: state) }
        }
        restoredCount += records.count
        restoredBytes += records.byteCount
        pace.note(bytes: records.byteCount, records: records.count)
        position = records.nextOffset
        try state.commit(changelogOffset: position)
        return true
    }

    /// For a standby: what was appended since is to be restored, too.
    func lookForMore() throws { end = max(end, try engine.endOffset(of: partition)) }

    /// Nothing more is read.
    func close() { engine.release(partition) }
}
