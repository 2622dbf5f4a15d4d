import Testing

/// Files and functions stay small enough to be read at once.
@Suite("Sizes")
struct SizeTests {
    static let fileGoal = 150, fileBound = 400
    static let functionGoal = 70, functionBound = 100

    private struct Measured {
        var path: String
        var lines: Int
        var functions: [FunctionLength]
    }

    private static func measured() throws -> [Measured] {
        let checkout = Checkout.here
        let paths = checkout.files(under: "Sources", endings: [".swift", ".c", ".cpp", ".h"]) + checkout.files(under: "Tests", endings: [".swift"])
        return try paths.compactMap { path in
            let text = try checkout.text(path)
            if isGenerated(path, text) { return nil }
            let functions = path.hasSuffix(".swift") ? SwiftText(text).functions : functionsOfC(text)
            return Measured(path: path, lines: text.utf8.count { $0 == 10 }, functions: functions)
        }
    }

    @Test("No file is longer than 400 lines, half of them are shorter than 150")
    func files() throws {
        let files = try Self.measured()
        let long = files.filter { $0.lines > Self.fileGoal }.sorted { $0.lines > $1.lines }
        print("\(long.count) of \(files.count) files are longer than \(Self.fileGoal) lines:")
        for file in long { print("  \(file.path): \(file.lines) lines") }
        for file in long where file.lines > Self.fileBound {
            Issue.record("\(file.path): \(file.lines) lines, the bound is \(Self.fileBound); move one of its subjects into a file of its own")
        }
        let median = files.map(\.lines).sorted()[files.count / 2]
        #expect(median < Self.fileGoal, "the median file has \(median) lines; under \(Self.fileGoal) is wanted: the longest are \(long.prefix(5).map(\.path))")
    }

    @Test("No function is longer than 100 lines")
    func functions() throws {
        let files = try Self.measured()
        let all = files.flatMap { file in file.functions.map { (path: file.path, function: $0) } }
        let long = all.filter { $0.function.lines > Self.functionGoal }.sorted { $0.function.lines > $1.function.lines }
        try #require(all.count > files.count, "\(all.count) functions in \(files.count) files: these tests have stopped seeing functions")
        print("\(long.count) of \(all.count) functions are longer than \(Self.functionGoal) lines:")
        for (path, function) in long { print("  \(path):\(function.line): \(function.name): \(function.lines) lines") }
        for (path, function) in long where function.lines > Self.functionBound {
            Issue.record("\(path):\(function.line): \(function.name) has \(function.lines) lines, the bound is \(Self.functionBound); give its steps names of their own")
        }
    }
}
