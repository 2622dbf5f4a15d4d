// Prometheus's text format, version 0.0.4: for each metric "# HELP name text", "# TYPE name gauge|counter", then a line for each set of labels:
// name{label="value",…} number. In values \ " and line ends are escaped. (Prometheus documentation, "Exposition formats".)

/// Metrics as text, in the order in which they are added.
public struct MetricsText: Sendable {
    public enum Kind: String, Sendable { case gauge, counter }

    public static let contentType = "text/plain; version=0.0.4; charset=utf-8"
    public private(set) var text = ""
    private var described: Set<String> = []

    public init() {}

    /// Adds one value. All values of a metric have to be added one after another.
    public mutating func add(_ name: String, _ kind: Kind, _ help: String, _ labels: [(String, String)] = [], _ value: Double) {
        if described.insert(name).inserted { text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n" }
        text += name
        if !labels.isEmpty { text += "{" + labels.map { "\($0.0)=\"\(Self.escaped($0.1))\"" }.joined(separator: ",") + "}" }
        text += " " + (value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : "\(value)") + "\n"
    }

    private static func escaped(_ value: String) -> String {
        var text = ""
        for character in value.unicodeScalars {
            switch character {
            case "\\": text += "\\\\"
            case "\"": text += "\\\""
            case "\n": text += "\\n"
            default: text.unicodeScalars.append(character)
            }
        }
        return text
    }
}
