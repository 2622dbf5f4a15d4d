import ArgumentParser
import Foundation
import LogClient
import Pipeline

/// `leat why`: one document's story.
struct WhyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "why",
        abstract: "Follow one page through every stage: what it became, or which rule refused it and with what value.",
        discussion: """
            WHAT is a page's address or a document's id (32 hexadecimal digits, or the first eight or more of them).

            EXAMPLES
              leat why --data web https://example.org/page
              leat why --data web 3f2a9c1e
            """)

    @OptionGroup var options: DataOptions
    @Flag(name: .long, help: "One JSON object a line.") var json = false
    @Argument(help: "A page's address or a document's id.") var what: String

    func run() throws {
        let story = try DocumentStory(of: what, in: SharedLog(folder: options.data))
        guard !story.events.isEmpty else {
            throw PipelineError("nothing in \(options.data) is about \(what); an address must be as the archive has it, an id at least 8 digits")
        }
        for event in story.events { print(json ? event.json : event.line) }
    }
}
