import ArgumentParser
import Foundation
import Pipeline

/// `leat eval`: the stages' own code on labelled data, written in the form that the checks read.
struct EvalCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "eval",
        abstract: "Run a stage's code on labelled data, for comparing it with a reference.",
        discussion: """
            Each writes one line a text (JSON), or a file (tab separated), through the very code that the stages run. Files ending in \
            .gz and .zst are read as such.
            """,
        subcommands: [Extraction.self, Filters.self, Dedup.self, Tokens.self, Warc.self])

    struct Output: ParsableArguments {
        @Option(name: .long, help: "Where to write. Default: standard output.") var out: String?
    }

    struct Extraction: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Extract the main text of pages.",
            discussion: "PAGES holds ID.html files, or a folder html of them. Writes {\"id\", \"text\"} a line.")
        @Option(name: .long, help: "The folder of pages.") var pages: String
        @OptionGroup var output: Output

        func run() throws {
            let writer = try LineWriter(path: output.out)
            try Evaluation.extraction(pages: pages) { try writer.write($0) }
            try writer.close()
        }
    }

    struct Filters: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Judge texts by the reference's five filters.",
            discussion: "FILE has {\"id\", \"text\"} a line. Writes {\"id\", \"filter\", \"keep\", \"reason\", \"measured\"} for each text and filter.")
        @Option(name: .long, help: "The texts.") var texts: String
        @OptionGroup var output: Output

        func run() throws {
            let writer = try LineWriter(path: output.out)
            try Evaluation.filters(texts: texts) { try writer.write($0) }
            try writer.close()
        }
    }

    struct Dedup: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Find near-duplicates, one text after another.",
            discussion: "FILE has {\"id\": number, \"text\"} a line, in order. Writes {\"id\", \"kept\", \"duplicate_of\", \"estimate\"}.")
        @Option(name: .long, help: "The texts.") var texts: String
        @OptionGroup var output: Output

        func run() throws {
            let writer = try LineWriter(path: output.out)
            try Evaluation.dedup(texts: texts) { try writer.write($0) }
            try writer.close()
        }
    }

    struct Tokens: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Tokenize texts with every installed tokenizer.",
            discussion: "FILE has {\"id\", \"text\"} a line. Writes {\"id\", \"tokenizer\", \"ids\"}. Others are installed by ops/setup --tokenizer NAME.")
        @Option(name: .long, help: "The texts.") var texts: String
        @Option(name: .long, help: "Only this tokenizer. May be given more than once.") var tokenizer: [String] = []
        @Option(name: .long, help: "The folder of models.") var models: String?
        @OptionGroup var output: Output

        func run() throws {
            let writer = try LineWriter(path: output.out)
            try Evaluation.tokens(
                texts: texts, folder: (models ?? DataOptions.find(".local/models")) + "/tokenizers",
                names: tokenizer.isEmpty ? nil : tokenizer
            ) { try writer.write($0) }
            try writer.close()
        }
    }

    struct Warc: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "warc", abstract: "Count the records of archives.",
            discussion: "Writes `file<TAB>records` for each archive below FOLDER, and what was damaged on standard error.")
        @Argument(help: "The folder of archives.") var folder: String
        @OptionGroup var output: Output

        func run() throws {
            let writer = try LineWriter(path: output.out)
            try Evaluation.archives(
                folder: folder, line: { try writer.write($0) },
                note: { FileHandle.standardError.write(Data(($0 + "\n").utf8)) })
            try writer.close()
        }
    }
}

/// Writes lines to a file, whole or not at all, or to standard output.
final class LineWriter {
    private let path: String?
    private let handle: FileHandle
    private var buffer = Data()

    init(path: String?) throws {
        self.path = path
        guard let path else {
            handle = .standardOutput
            return
        }
        guard FileManager.default.createFile(atPath: path + ".partial", contents: nil),
            let handle = FileHandle(forWritingAtPath: path + ".partial")
        else { throw PipelineError("\(path) cannot be written; does its folder exist?") }
        self.handle = handle
    }

    func write(_ line: String) throws {
        buffer.append(contentsOf: line.utf8)
        buffer.append(0x0A)
        if buffer.count > 1 << 20 { try flush() }
    }

    private func flush() throws {
        try handle.write(contentsOf: buffer)
        buffer.removeAll(keepingCapacity: true)
    }

    func close() throws {
        try flush()
        guard let path else { return }
        try handle.close()
        guard rename(path + ".partial", path) == 0 else { throw PipelineError("\(path) cannot be put in place") }
    }
}
