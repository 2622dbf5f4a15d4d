// `<data>/log/settings`, text, written anew and renamed for each change; no file means that nothing was changed:
//   line 1:  leat-settings 1
//   then a line a setting:  cluster|broker TAB key=value

import SystemIO

/// What of the broker's settings was changed while it ran: a value, with its file.
struct ChangedSettingsFile {
    static let heading = "leat-settings 1"
    let path: String
    let fileSystem: any FileSystem

    init(folder: String, fileSystem: any FileSystem) {
        path = folder + "/log/settings"
        self.fileSystem = fileSystem
    }

    func read() throws -> [BrokerSettings.Scope: [String: String]] {
        guard try fileSystem.fileExists(path) else { return [:] }
        let text = String(decoding: try fileSystem.readFile(path, limit: 16 << 20), as: UTF8.self)
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)[...]
        guard lines.popFirst() == Self.heading[...], lines.last == "" else {
            throw damaged("this is no file of changed settings, or it is cut short")
        }
        var changed: [BrokerSettings.Scope: [String: String]] = [:]
        for (number, line) in lines.dropLast().enumerated() {
            let fields = line.split(separator: "\t", maxSplits: 1)
            guard fields.count == 2, let scope = BrokerSettings.Scope(rawValue: String(fields[0])), let equals = fields[1].firstIndex(of: "=") else {
                throw damaged("line \(number + 2) is no setting")
            }
            changed[scope, default: [:]][String(fields[1][..<equals])] = String(fields[1][fields[1].index(after: equals)...])
        }
        return changed
    }

    func write(_ settings: BrokerSettings) throws {
        var text = Self.heading + "\n"
        for scope in BrokerSettings.Scope.allCases {
            for (key, value) in (settings.changed[scope] ?? [:]).sorted(by: { $0.key < $1.key }) { text += "\(scope.rawValue)\t\(key)=\(value)\n" }
        }
        try fileSystem.replaceFile(path, with: Array(text.utf8))
    }

    /// `given`, with what the file says over it.
    func merged(into given: BrokerSettings) throws -> BrokerSettings {
        do throws(BrokerError) {
            var settings = given
            for (scope, values) in try changes() { settings = try settings.replacing(scope, with: values) }
            return settings
        } catch {
            throw error.kind == .damaged ? error : damaged("\(error); take its line out, or start the version that wrote it")
        }
    }

    private func changes() throws(BrokerError) -> [(BrokerSettings.Scope, [String: String])] {
        do { return try read().map { ($0.key, $0.value) } } catch {
            throw error as? BrokerError ?? BrokerError(.inputOutput, "\(error)")
        }
    }

    private func damaged(_ reason: String) -> BrokerError { BrokerError(.damaged, "\(path): \(reason)") }
}
