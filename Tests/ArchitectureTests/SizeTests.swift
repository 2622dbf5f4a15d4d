import Testing

/// Files and functions stay small enough to be read at once.
@Suite("Sizes")
struct SizeTests {
    static let fileGoal = 150, fileBound = 400
    static let functionGoal = 70, functionBound = 100

    private static let measured = SourceFile.all.filter { !$0.isGenerated }

    @Test("No file is longer than 400 lines, half of them are shorter than 150")
    func files() {
        let files = Self.measured
        let long = files.filter { $0.lineCount > Self.fileGoal }.sorted { $0.lineCount > $1.lineCount }
        print("\(long.count) of \(files.count) files are longer than \(Self.fileGoal) lines:")
        for file in long { print("  \(file.path): \(file.lineCount) lines") }
        for file in long where file.lineCount > Self.fileBound {
            Issue.record("\(file.path): \(file.lineCount) lines, the bound is \(Self.fileBound); move one of its subjects into a file of its own")
        }
        let median = files.map(\.lineCount).sorted()[files.count / 2]
        #expect(median < Self.fileGoal, "the median file has \(median) lines; under \(Self.fileGoal) is wanted: the longest are \(long.prefix(5).map(\.path))")
    }

    @Test("No function is longer than 100 lines")
    func functions() throws {
        let files = Self.measured
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
