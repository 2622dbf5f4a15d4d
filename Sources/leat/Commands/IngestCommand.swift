import ArgumentParser
import Foundation
import LogClient
import Pipeline
import Records

/// `leat ingest`: lists archives and page files for the stage ingest of a cluster.
struct IngestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ingest",
        abstract: "List archives and page files for the stages that run as services.",
        discussion: """
            What is listed is read by `leat stage ingest`, which therefore must reach it: give s3:// or http(s):// addresses, or paths that are the \
            same on its machine. What is listed already is passed over, so the command can be repeated. (`leat run` lists its inputs by itself.)

            Unless --more is given, what is open is closed behind these inputs: the last shard and the lake's last files.

            EXAMPLES
              leat ingest --brokers localhost:9092 crawl.warc.gz
              leat ingest --brokers localhost:9092 --more warc.paths.gz#1-100
            """)

    @OptionGroup var cluster: ClusterOption
    @Option(name: .long, help: "Put in front of the paths of HTML files, to make their addresses.") var pageBase: String?
    @Flag(name: .long, help: "More will follow: close nothing behind these.") var more = false
    @Flag(name: .long, help: "One JSON object.") var json = false
    @Option(name: .long, help: "The folder of declared topics. Default: topics, beside the program's checkout or here.") var topics: String?
    @Argument(help: "What to read.") var input: [String]

    func run() throws {
        let paths = input.map { $0.contains("://") || $0.hasPrefix("/") ? $0 : FileManager.default.currentDirectoryPath + "/" + $0 }
        let inputs = try SourceList.expand(paths, pageBase: pageBase)
        let configuration = try cluster.configuration()
        let topicsFolder = topics ?? DataOptions.find("topics")
        try TopicSet(declared: try DataOptions.declaredTopics(in: topicsFolder), stages: []).create(on: configuration) { _ in }
        let engine = try ClusterEngine(configuration, compression: { _ in .none })
        var sources = try SourceList(engine: engine)
        let (added, known) = try sources.add(inputs, closes: !more)
        if json {
            print(JSONText.object([("added", .integer(added)), ("known", .integer(known))]).text)
        } else {
            print("\(added) listed, \(known) known before; `leat stage ingest` reads them")
        }
    }
}
