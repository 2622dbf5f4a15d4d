import ArgumentParser
import Broker
import Console
import Dispatch
import Foundation
import SystemIO

/// `leat serve`: the log as a broker.
struct ServeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serve a data folder to Kafka clients.",
        discussion: """
            Any Kafka client, tool or console connects, in any language. Acknowledged with acks=all means: on the disk.

            EXAMPLES
              leat serve                                                    leat-data, on 127.0.0.1:9092
              leat serve --data crawl --listen 127.0.0.1:9092
              leat serve --listen 0.0.0.0:9092 --advertise log.example:9092
              leat users set alice --data crawl                             a user, for listeners that ask who is there
              leat serve --data crawl --listen SASL_SSL://0.0.0.0:9094 --tls-certificate chain.pem --tls-key key.pem
              leat serve --data crawl --remote s3://bucket/leat             old segments go to a bucket, for topics that ask for it:
              leat topics create pages --brokers 127.0.0.1:9092 --config remote.storage.enable=true
              leat serve --metrics 127.0.0.1:9401                           health, and metrics for Prometheus under the names that Kafka's dashboards know

            Settings have Kafka's names: --set num.partitions=4 --set auto.create.topics.enable=false, or a file of such lines with
            --config; many can be changed while it runs (`leat configs set --broker 1 --brokers …`), and stay changed. SIGTERM or an interrupt stops it cleanly; a killed one starts again with everything that was acknowledged.
            """)

    @OptionGroup var data: DataFolderOption
    @OptionGroup var server: ServerOptions
    @OptionGroup var remote: RemoteOption
    @Option(name: .long, help: ArgumentHelp("A setting of the broker; may be given more than once.", valueName: "key=value"))
    var set: [String] = []
    @Option(name: .long, help: ArgumentHelp("A file of settings, key=value on each line; # begins a comment.", valueName: "file"))
    var config: String?
    @Option(name: .long, help: ArgumentHelp("Serve health (/healthz, /readyz) and metrics (/metrics) here.", valueName: "host:port"))
    var metrics: String?
    @Flag(name: .long, help: "Say nothing but errors.") var quiet = false

    func run() throws {
        var file = try BrokerSettingsFile(path: config, overrides: set)
        file.values.merge(server.settings) { $1 }
        let settings = try file.settings()
        let broker = try Broker.owning(data.folder, settings: settings, remote: remote.store(), to: "serve it")
        let standard = ListenerOption(argument: "127.0.0.1:9092")
        for place in server.listen where !place.isLoopback && !place.security.requiresAuthentication {
            warn("\(place.host):\(place.port) is open to whoever reaches it: SASL_SSL:// asks who is there")
        }
        let served: ServedBroker
        do {
            served = try server.serve(broker, defaultListen: standard)
        } catch {
            try? broker.close()
            throw error
        }
        let endpoint = ServerEndpoint(server: served.server, build: BuildInformation.build)
        // A look at every topic and group takes time: away from what answers the health check.
        let watched: HTTPEndpoint?
        do {
            watched = try metrics.map { try HTTPEndpoint(listen: $0, look: { endpoint.answer($0.path) }, answer: { $0 == "/healthz" ? endpoint.answer($0) : nil }) }
        } catch {
            served.close()
            try? broker.close()
            throw error
        }
        defer { watched?.close() }
        let stop = DispatchSemaphore(value: 0)
        let interrupts = InterruptHandler { stop.signal() }
        defer { interrupts.stop() }
        ResidentMemory.releaseStartUp()
        if let watched, !quiet { warn("health and metrics at http://\(watched.address)") }
        if !quiet { warn("serving \(data.folder) on \(served.addresses.joined(separator: ", "))") }
        stop.wait()
        if !quiet { warn("stopping") }
        served.close()
        try broker.close()
    }

    private func warn(_ text: String) { FileHandle.standardError.write(Data("leat: \(text)\n".utf8)) }
}

/// Milliseconds since 1970.
func wallMilliseconds() -> Int64 { SystemTimeSource().wallMilliseconds() }
