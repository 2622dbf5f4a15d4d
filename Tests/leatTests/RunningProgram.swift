import Foundation

/// The program beside the test: what it says on standard error can be waited for.
final class RunningProgram {
    private let process = Process()
    private let messages = Pipe()
    /// What it has said so far.
    private(set) var text = ""

    init(_ leat: CommandLine, _ arguments: [String]) throws {
        process.executableURL = URL(fileURLWithPath: leat.program)
        process.arguments = arguments
        process.standardError = messages
        process.standardOutput = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        try process.run()
    }

    /// Waits until the program has said `words`; throws where it ends before.
    func wait(for words: String) throws {
        while !text.contains(words) {
            let more = messages.fileHandleForReading.availableData
            guard !more.isEmpty else { throw ServedLogFailure(description: "the program ended and never said \(words): \(text)") }
            text += String(decoding: more, as: UTF8.self)
        }
    }

    /// The word behind these ones, up to a space or the line's end.
    func word(after words: String) throws -> String {
        try wait(for: words)
        while true {
            let rest = text[(text.range(of: words)?.upperBound ?? text.endIndex)...]
            if let end = rest.firstIndex(where: \.isWhitespace) { return String(rest[..<end]) }
            let more = messages.fileHandleForReading.availableData
            guard !more.isEmpty else { throw ServedLogFailure(description: text) }
            text += String(decoding: more, as: UTF8.self)
        }
    }

    func kill() {
        Foundation.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// Asks it to end. The exit code.
    func stop() -> Int32 {
        if process.isRunning { process.terminate() }
        return end()
    }

    /// Waits for its end. The exit code.
    func end() -> Int32 {
        text += String(decoding: messages.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return process.terminationStatus
    }

    deinit { if process.isRunning { kill() } }
}
