import Foundation

/// The checkout that is judged: files by their path from its root.
///
/// It is the one that this file was compiled in, or the folder that LEAT_CHECKOUT names.
struct Checkout: Sendable {
    static let here = Checkout()

    let root: URL
    /// Every file that belongs to the project, as paths from the root, sorted.
    let files: [String]

    init() {
        if let named = ProcessInfo.processInfo.environment["LEAT_CHECKOUT"], !named.isEmpty {
            root = URL(fileURLWithPath: named, isDirectory: true)
        } else {
            root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        }
        files = (Self.tracked(root) ?? Self.walked(root)).sorted()
    }

    func text(_ path: String) throws -> String {
        String(decoding: try Data(contentsOf: root.appendingPathComponent(path)), as: UTF8.self)
    }

    func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: root.appendingPathComponent(path).path) }

    /// Files below a folder whose names end so.
    func files(under folder: String, endings: [String] = [""]) -> [String] {
        files.filter { path in path.hasPrefix(folder + "/") && endings.contains { path.hasSuffix($0) } }
    }

    /// Names of the folders directly inside a folder that hold any file.
    func folders(in folder: String) -> [String] {
        let depth = folder.split(separator: "/").count
        let parts = files(under: folder).map { $0.split(separator: "/") }
        return Array(Set(parts.filter { $0.count > depth + 1 }.map { String($0[depth]) })).sorted()
    }

    /// What git knows of, new files that are not ignored among it; nil where there is no git or no repository.
    private static func tracked(_ root: URL) -> [String]? {
        guard FileManager.default.fileExists(atPath: root.appendingPathComponent(".git").path) else { return nil }
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "git", "-c", "safe.directory=*", "-c", "core.quotePath=false", "-C", root.path, "ls-files", "-z", "--cached", "--others",
            "--exclude-standard",
        ]
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return nil }
        let bytes = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { return nil }
        let paths = bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
        // A path may be listed that was deleted and not yet committed; a link is not a file of ours.
        return paths.filter { isOrdinary(root.appendingPathComponent($0).path) }
    }

    /// The same without git: everything outside the folders that builds and runs make.
    private static func walked(_ root: URL) -> [String] {
        let made: Set<String> = [".git", ".build", ".local", ".swiftpm", "leat-data", "__pycache__"]
        guard let entries = FileManager.default.enumerator(atPath: root.path) else { return [] }
        var paths: [String] = []
        while let path = entries.nextObject() as? String {
            let name = path.split(separator: "/").last.map(String.init) ?? path
            if made.contains(name) || name.hasPrefix(".build-") {
                entries.skipDescendants()
            } else if isOrdinary(root.appendingPathComponent(path).path), path != "Package.resolved" {
                paths.append(path)
            }
        }
        return paths
    }

    private static func isOrdinary(_ path: String) -> Bool {
        let type = try? FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType
        return type == .typeRegular
    }
}

extension String {
    /// Lines, numbered from 1; `\r\n` is one line end.
    var numberedLines: [(number: Int, text: Substring)] {
        utf8.split(separator: 10, omittingEmptySubsequences: false).enumerated().map { index, line in
            (index + 1, Substring(line.last == 13 ? line.dropLast() : line))
        }
    }
}
