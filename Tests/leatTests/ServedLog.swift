import Foundation

/// `leat serve` of a data folder on a loopback port that the system chooses; stopped by `stop`.
final class ServedLog {
    private let process = Process()
    private let messages = Pipe()
    /// "127.0.0.1:port".
    let address: String
    /// "http://127.0.0.1:port", where it was started with --metrics.
    let metrics: String?

    init(_ leat: CommandLine, _ arguments: [String] = []) throws {
        process.executableURL = URL(fileURLWithPath: leat.program)
        process.arguments = ["serve", "--data", leat.folder, "--listen", "127.0.0.1:0", "--set", "auto.create.topics.enable=false"] + arguments
        process.standardError = messages
        process.standardInput = FileHandle.nullDevice
        try process.run()
        // A line names the address: "leat: serving FOLDER on 127.0.0.1:PORT".
        var text = ""
        while !text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().contains(where: { $0.contains("serving") }) {
            let more = messages.fileHandleForReading.availableData
            guard !more.isEmpty else { throw ServedLogFailure(description: "leat serve ended: \(text)") }
            text += String(decoding: more, as: UTF8.self)
        }
        guard let line = text.split(separator: "\n").first(where: { $0.contains("serving") }), let last = line.split(separator: " ").last else {
            throw ServedLogFailure(description: text)
        }
        address = String(last)
        metrics = text.split(separator: "\n").first { $0.contains("health and metrics at ") }?.split(separator: " ").last.map(String.init)
    }

    /// The exit code.
    @discardableResult
    func stop() -> Int32 {
        if process.isRunning { process.terminate() }
        process.waitUntilExit()
        return process.terminationStatus
    }

    deinit { stop() }
}

struct ServedLogFailure: Error, CustomStringConvertible { var description: String }
