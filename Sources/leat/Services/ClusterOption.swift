import ArgumentParser
import Foundation
import LogClient

/// How a service reaches its cluster; the same settings as every command with --brokers.
struct ClusterOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The log: a Kafka cluster's first brokers, or where `leat serve` listens. Default: LEAT_BROKERS.", valueName: "host:port,…"))
    var brokers: String?
    @Option(
        name: .customShort("X"),
        help: ArgumentHelp("A setting of the connection, such as security.protocol=SASL_SSL; may be given again.", valueName: "key=value"))
    var clientSettings: [String] = []
    @Option(
        name: [.customShort("F"), .customLong("command-config")],
        help: ArgumentHelp("A file of such settings, a line each; the place for passwords.", valueName: "file"))
    var clientFile: String?

    /// Nil where none is named.
    var given: String? { brokers ?? ProcessInfo.processInfo.environment["LEAT_BROKERS"].flatMap { $0.isEmpty ? nil : $0 } }

    func configuration() throws -> ClusterConfiguration {
        guard let brokers = given else { throw CommandFailure("no cluster is named: give --brokers host:port, or set LEAT_BROKERS") }
        var configuration = ClusterConfiguration(brokers: brokers)
        if let clientFile {
            guard let data = FileManager.default.contents(atPath: clientFile), data.count <= 1 << 20 else {
                throw CommandFailure("the settings file \(clientFile) cannot be read, or is larger than 1 MiB")
            }
            try configuration.read(file: String(decoding: data, as: UTF8.self), path: clientFile)
        }
        for setting in clientSettings { try configuration.set(setting) }
        return configuration
    }
}
