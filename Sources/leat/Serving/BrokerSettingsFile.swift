// A file of settings is Kafka's properties form, as far as settings need it: a line each, `key=value` or `key: value`, blanks around both
// left out; `#` or `!` begins a comment line; empty lines are nothing.
import Broker
import Foundation

/// The broker's settings from a file, and from the command line over it.
struct BrokerSettingsFile {
    var values: [String: String] = [:]

    init(path: String?, overrides: [String]) throws {
        if let path {
            guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
                throw CommandFailure("the settings \(path) cannot be read; name a file with --config")
            }
            for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
                let line = line.trimmingCharacters(in: .whitespaces)
                guard !line.isEmpty, !line.hasPrefix("#"), !line.hasPrefix("!") else { continue }
                guard let setting = Self.parse(line) else {
                    throw CommandFailure("\(path), line \(number + 1): \"\(line)\" is no setting; write it as key=value")
                }
                values[setting.key] = setting.value
            }
        }
        for text in overrides {
            guard let setting = Self.parse(text) else { throw CommandFailure("--set \(text): write it as key=value, such as num.partitions=4") }
            values[setting.key] = setting.value
        }
    }

    func settings() throws -> BrokerSettings { try BrokerSettings(values) }

    static func parse(_ line: String) -> (key: String, value: String)? {
        guard let place = line.firstIndex(where: { $0 == "=" || $0 == ":" }) else { return nil }
        let key = line[..<place].trimmingCharacters(in: .whitespaces)
        let value = line[line.index(after: place)...].trimmingCharacters(in: .whitespaces)
        return key.isEmpty ? nil : (key, value)
    }
}
