import Pipeline
import Streams

/// `leat stage NAME --stdio`: reads standard input to its end, and writes what the stage makes of it.
struct StageFilterRun {
    /// Bytes that wait for standard output while more input is there.
    private static let outputBytes = 256 << 10
    /// Lines on standard error about records; further ones are only counted.
    private static let messageLimit = 100

    let filter: StageFilter
    let format: FilterFormat
    let recordLimit: Int
    let rejected: FilterOutput?
    let dead: FilterOutput?
    let console = ConsoleOutput()

    /// Returns the number of records that could not be handled.
    func run() throws -> Int {
        let input = FilterInput()
        var framing = FilterFraming(format, limit: recordLimit)
        while let bytes = try input.next() {
            try framing.feed(bytes) { try take($0) }
            // What is done goes out before the next read can wait: a program that sends one record and awaits its result gets it.
            if filter.outputs.results.count >= Self.outputBytes || !input.isReady() { try flush() }
        }
        try framing.finish { try take($0) }
        try flush()
        return filter.ledger.dead
    }

    private func take(_ record: FramedRecord) throws {
        if let error = try filter.handle(record) {
            let count = filter.ledger.dead
            let place = format == .json ? "line" : "record"
            if count <= Self.messageLimit { console.warn("\(place) \(filter.recordCount): \(ByteText.oneLine(error, limit: 1000))") }
            if count == Self.messageLimit + 1 { console.warn("further records that cannot be handled are only counted") }
        }
        if filter.outputs.results.count >= 4 * Self.outputBytes { try flush() }
    }

    private func flush() throws {
        try FilterOutput.standardOutput.write(&filter.outputs.results)
        try rejected?.write(&filter.outputs.rejected)
        try dead?.write(&filter.outputs.dead)
    }
}
