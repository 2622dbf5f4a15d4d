import Foundation
import Testing

/// The built program, run in a temporary data folder.
struct CommandLine {
    let program: String
    let folder: String

    /// Nil, with a message, where the program is not built.
    init?() {
        // The program lies beside the tests' bundle: in the folder of this process's executable, or in that of the bundle given to it.
        let folders = ([Bundle.main.executablePath, Bundle.main.bundlePath].compactMap { $0 } + ProcessInfo.processInfo.arguments)
            .flatMap { [$0, ($0 as NSString).deletingLastPathComponent] }
        let built = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent(".build/debug").path
        guard let found = (folders + [built]).map({ $0 + "/leat" }).first(where: Self.isProgram) else {
            print("skipped: leat is not built beside the tests; run `swift build` first")
            return nil
        }
        program = found
        folder = NSTemporaryDirectory() + "leat-command-\(UInt64.random(in: 0 ... .max))"
    }

    private static func isProgram(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && !isFolder.boolValue
            && FileManager.default.isExecutableFile(atPath: path)
    }

    struct Outcome {
        var code: Int32
        var output: String
        var errors: String
        var lines: [String] { output.split(separator: "\n").map(String.init) }
        var objects: [[String: Any]] {
            lines.compactMap { try? JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] }
        }
    }

    /// Runs `leat ARGUMENTS --data FOLDER` to its end.
    func run(_ arguments: [String], input: String = "", withData: Bool = true) throws -> Outcome {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments + (withData ? ["--data", folder] : [])
        // Through files: a pipe that nobody empties would stop a program that writes much.
        let names = ["in", "out", "err"].map { NSTemporaryDirectory() + "leat-command-\($0)-\(UInt64.random(in: 0 ... .max))" }
        defer { for name in names { try? FileManager.default.removeItem(atPath: name) } }
        try Data(input.utf8).write(to: URL(fileURLWithPath: names[0]))
        for name in names.dropFirst() { FileManager.default.createFile(atPath: name, contents: nil) }
        process.standardInput = FileHandle(forReadingAtPath: names[0])
        process.standardOutput = FileHandle(forWritingAtPath: names[1])
        process.standardError = FileHandle(forWritingAtPath: names[2])
        try process.run()
        process.waitUntilExit()
        return Outcome(
            code: process.terminationStatus, output: try String(contentsOfFile: names[1], encoding: .utf8),
            errors: try String(contentsOfFile: names[2], encoding: .utf8))
    }

    /// Starts `leat ARGUMENTS` and goes on; what it says goes nowhere.
    /// `libraries`: a folder whose shared libraries come before the system's.
    func start(_ arguments: [String], errors: FileHandle = .nullDevice, libraries: String? = nil) throws -> Process {
        let process = Process()
        if let libraries {
            var environment = ProcessInfo.processInfo.environment
            environment["LD_LIBRARY_PATH"] = [libraries, environment["LD_LIBRARY_PATH"]].compactMap { $0 }.joined(separator: ":")
            process.environment = environment
        }
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = errors
        try process.run()
        return process
    }

    func remove() { try? FileManager.default.removeItem(atPath: folder) }
}
