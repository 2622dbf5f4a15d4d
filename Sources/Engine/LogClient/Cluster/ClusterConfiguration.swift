internal import CRdkafka

/// How a cluster is reached: librdkafka's settings by name, the later over the earlier.
///
///     var configuration = ClusterConfiguration(brokers: "localhost:9092")
///     try configuration.read(file: text, path: "client.properties")
///     try configuration.set("security.protocol=SASL_SSL")
public struct ClusterConfiguration: Sendable {
    /// "host:port", divided by commas: where the first connections go.
    public let brokers: String
    private(set) var settings: [(name: String, value: String)] = []
    /// How long one question may take.
    public var timeoutMilliseconds: Int32 = 15_000

    public init(brokers: String) { self.brokers = brokers }

    /// One setting as "name=value".
    public mutating func set(_ text: some StringProtocol) throws(ClusterError) {
        guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
            throw ClusterError(.configuration, "\"\(text.prefix { $0 != " " })\" is no setting: write it as name=value, such as security.protocol=SSL")
        }
        set(Self.trimmed(text[..<equals]), Self.trimmed(text[text.index(after: equals)...]))
    }

    public mutating func set(_ name: String, _ value: String) { settings.append((name, value)) }

    /// Lines of "name=value"; empty ones and those that begin with "#" are passed over. All of the file or nothing of it.
    public mutating func read(file text: String, path: String) throws(ClusterError) {
        var whole = self
        for (number, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let line = Self.trimmed(line)
            guard !line.isEmpty, !line.hasPrefix("#") else { continue }
            do throws(ClusterError) { try whole.set(line) } catch {
                throw ClusterError(.configuration, "\(path): line \(number + 1) is no setting of the form name=value")
            }
        }
        self = whole
    }

    /// Without what makes a client a certain member of a group: for those that read or write in none.
    var withoutGroup: ClusterConfiguration { without { $0.hasPrefix("group.") || $0.hasPrefix("partition.assignment") || $0.hasPrefix("session.") } }

    /// Without the name of a static member, which one client alone may bear.
    var withoutInstance: ClusterConfiguration { without { $0 == "group.instance.id" } }

    private func without(_ leaves: (String) -> Bool) -> ClusterConfiguration {
        var copy = self
        copy.settings.removeAll { leaves($0.name) }
        return copy
    }

    func value(of name: String) -> String? { settings.last { $0.name == name }?.value }

    /// librdkafka's own form, which belongs to the caller. `extra` are settings that what is made depends on.
    func make(_ extra: [(String, String)]) throws(ClusterError) -> OpaquePointer {
        guard let made = rd_kafka_conf_new() else { throw ClusterError(.other, "no memory for settings") }
        do throws(ClusterError) {
            for (name, value) in Self.defaults + settings + [("bootstrap.servers", brokers)] + extra { try Self.apply(name, value, to: made) }
        } catch {
            rd_kafka_conf_destroy(made)
            throw error
        }
        // Nothing is called back: errors and deliveries come as events, and log lines nowhere, since each failure says why.
        rd_kafka_conf_set_log_cb(made, nil)
        return made
    }

    private static let defaults = [
        ("client.id", "leat"), ("socket.connection.setup.timeout.ms", "5000"), ("reconnect.backoff.max.ms", "1000"),
        ("topic.metadata.refresh.interval.ms", "30000"),
    ]

    /// The client library that the program has found, such as "2.0.2".
    public static var libraryVersion: String { String(cString: rd_kafka_version_str()) }

    private static func apply(_ name: String, _ value: String, to conf: OpaquePointer) throws(ClusterError) {
        var text = [CChar](repeating: 0, count: 512)
        let result = rd_kafka_conf_set(conf, name, value, &text, text.count)
        guard result != RD_KAFKA_CONF_OK else { return }
        if result == RD_KAFKA_CONF_UNKNOWN, ["group.protocol", "group.remote.assignor"].contains(name) {
            // What an older library does is what it is asked for.
            if name == "group.protocol", value == "classic" { return }
            throw ClusterError(
                .configuration,
                """
                setting \(name): the consumer group protocol of KIP-848 needs librdkafka 2.4 or newer, and this is \(libraryVersion). Leave it out, and the group \
                works by the classic protocol with cooperative-sticky assignment; or put a newer librdkafka.so.1 in front with LD_LIBRARY_PATH
                """)
        }
        // The library's words may quote the value: never one that could be a secret.
        let isSecret = ["password", "secret", "key.pem", "jaas", "token"].contains { name.contains($0) }
        let words = isSecret ? "the value is not taken" : String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        throw ClusterError(.configuration, "setting \(name): \(words); librdkafka's CONFIGURATION.md lists the names")
    }

    private static func trimmed(_ text: some StringProtocol) -> String {
        var text = Substring(text)
        while let first = text.unicodeScalars.first, first == " " || first == "\t" || first == "\r" { text = text.dropFirst() }
        while let last = text.unicodeScalars.last, last == " " || last == "\t" || last == "\r" { text = text.dropLast() }
        return String(text)
    }
}
