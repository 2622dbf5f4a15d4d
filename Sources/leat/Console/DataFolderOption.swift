import ArgumentParser
import Broker

/// `--data DIR`, as every command takes it.
struct DataFolderOption: ParsableArguments {
    @Option(name: .customLong("data"), help: ArgumentHelp("The data folder.", valueName: "dir"))
    var folder = "leat-data"

    /// For looking only: no lock, nothing written.
    func reader() throws -> SharedLogReader { try Self.reader(folder) }

    static func reader(_ folder: String) throws -> SharedLogReader {
        do {
            return try SharedLogReader(folder: folder)
        } catch let error as BrokerError where error.kind == .unknownTopic {
            throw CommandFailure("\(folder) is no data folder: name one with --data, or make one with `leat topics create` or `leat run`")
        }
    }
}
