public import SystemIO

/// Where whole batches lie in a file, and what a reader has to know about them: what a server hands to `sendfile`, or reads into a buffer of
/// its own. The file stays open, and its bytes stay as they are, for as long as this value is held.
public struct LogRegion: Sendable {
    /// `nil` when there are no batches to read.
    public let file: (any File)?
    /// Of the first byte in the file.
    public let position: Int64
    public let byteCount: Int
    /// Base offset of the first batch, which may lie before the offset asked for; the next offset when there is none.
    public let firstOffset: Int64
    /// Where the next read goes on.
    public let nextOffset: Int64
    /// For a read up to the last stable offset: the aborted transactions that reach into these batches.
    public let abortedTransactions: [AbortedTransaction]
    /// The log as it was when it was looked at.
    public let highWatermark: Int64
    public let lastStableOffset: Int64
    public let logStartOffset: Int64

    init(
        file: (any File)? = nil, position: Int64 = 0, byteCount: Int = 0, firstOffset: Int64, nextOffset: Int64,
        abortedTransactions: [AbortedTransaction] = [], view: LogView
    ) {
        self.file = file
        self.position = position
        self.byteCount = byteCount
        self.firstOffset = firstOffset
        self.nextOffset = nextOffset
        self.abortedTransactions = abortedTransactions
        highWatermark = view.highWatermark
        lastStableOffset = view.lastStableOffset
        logStartOffset = view.startOffset
    }

    public var isEmpty: Bool { byteCount == 0 }
    /// The file's number for `sendfile`; `nil` on a simulated disk.
    public var descriptor: Int32? { file?.descriptor }

    /// Reads the batches into `buffer`, as far as it has room; answers how many bytes.
    public func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        guard let file, byteCount > 0 else { return 0 }
        let room = UnsafeMutableRawBufferPointer(rebasing: buffer.prefix(byteCount))
        let count = try file.read(into: room, at: position)
        guard count == room.count else {
            throw SystemIOError(operation: "read", path: file.path, errorNumber: 0, sentence: "it ended \(room.count - count) bytes too early")
        }
        return count
    }
}
