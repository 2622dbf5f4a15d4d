import AccessControl
import ArgumentParser
import Broker
import Foundation
import LogClient

/// Which log a command is about: a data folder, or a cluster with the settings to reach it.
struct PlaceOption: ParsableArguments {
    @Option(name: .customLong("data"), help: ArgumentHelp("The data folder; leat-data where neither this nor --brokers is given.", valueName: "dir"))
    var dataFolder: String?
    @Option(help: ArgumentHelp("A Kafka cluster instead: its first brokers.", valueName: "host:port,…"))
    var brokers: String?
    @Option(
        name: .customShort("X"),
        help: ArgumentHelp("With --brokers: a setting of the connection, such as security.protocol=SASL_SSL; may be given again.", valueName: "key=value"))
    var clientSettings: [String] = []
    @Option(
        name: [.customShort("F"), .customLong("command-config")],
        help: ArgumentHelp("With --brokers: a file of such settings, a line each; the place for passwords.", valueName: "file"))
    var clientFile: String?
    @Option(help: ArgumentHelp("With --brokers: how long one question may take.", valueName: "seconds"))
    var timeout: Double = 15

    var folder: String { dataFolder ?? "leat-data" }
    var isCluster: Bool { brokers != nil }

    static let explanation = """
        With --brokers the same works on any Kafka cluster. -X and -F take librdkafka's settings, for instance in a file
        (mode 600) named with -F:
          security.protocol=SASL_SSL
          sasl.mechanism=SCRAM-SHA-512
          sasl.username=me
          sasl.password=secret
          ssl.ca.location=ca.pem
        """

    func validate() throws {
        if brokers != nil, dataFolder != nil { throw ValidationError("--data and --brokers exclude each other: a command is about one log") }
        if brokers?.isEmpty == true { throw ValidationError("--brokers: at least one host:port is needed") }
        if brokers == nil, !clientSettings.isEmpty || clientFile != nil {
            throw ValidationError("-X and -F say how a cluster is reached: name it with --brokers")
        }
        guard timeout > 0, timeout <= 3_600 else { throw ValidationError("--timeout \(timeout): from above 0 to 3600 seconds") }
    }

    /// `clientID`: unless the settings say another.
    func clusterConfiguration(clientID: String? = nil) throws -> ClusterConfiguration {
        var configuration = ClusterConfiguration(brokers: brokers ?? "")
        if let clientID { configuration.set("client.id", clientID) }
        configuration.timeoutMilliseconds = Int32(timeout * 1_000)
        if let clientFile {
            guard let data = FileManager.default.contents(atPath: clientFile), data.count <= 1 << 20 else {
                throw CommandFailure("the settings file \(clientFile) cannot be read, or is larger than 1 MiB")
            }
            try configuration.read(file: String(decoding: data, as: UTF8.self), path: clientFile)
        }
        for setting in clientSettings { try configuration.set(setting) }
        return configuration
    }

    func administration() throws -> any LogAdministration {
        isCluster ? try ClusterAdmin(try clusterConfiguration()) : FolderAdministration(folder)
    }

    /// For looking into a data folder: no lock, nothing written.
    func reader() throws -> SharedLogReader { try DataFolderOption.reader(folder) }
}
