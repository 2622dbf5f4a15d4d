// `<data>/log/catalogue`, text, written anew and renamed for each change:
//   line 1:  leat-catalogue 1
//   then a line a topic:  <topic id> TAB <name> TAB <partitions> TAB <created, ms since 1970> {TAB key=value}
// Topic ids are UUIDs as 32 hexadecimal digits and name the topic's folder, so that a topic deleted and made again never meets
// its old files. Settings are in ascending order of their keys.

/// The topics of a data folder: a pure value, with its text form.
struct TopicCatalogue: Equatable {
    struct Entry: Equatable {
        var identifier: String
        var declaration: TopicDeclaration
        var createdMilliseconds: Int64
    }

    private(set) var entries: [String: Entry] = [:]

    init() {}

    subscript(name: String) -> Entry? { entries[name] }

    mutating func insert(_ entry: Entry) { entries[entry.declaration.name] = entry }
    mutating func remove(_ name: String) { entries[name] = nil }

    var sorted: [Entry] { entries.values.sorted { $0.declaration.name < $1.declaration.name } }

    static let heading = "leat-catalogue 1"

    var text: String {
        var text = Self.heading + "\n"
        for entry in sorted {
            var fields = [
                entry.identifier, entry.declaration.name, String(entry.declaration.partitions), String(entry.createdMilliseconds),
            ]
            fields += entry.declaration.settings.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
            text += fields.joined(separator: "\t") + "\n"
        }
        return text
    }

    init(text: String, path: String) throws(BrokerError) {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)[...]
        guard lines.popFirst() == Self.heading[...], lines.last == "" else {
            throw BrokerError(.damaged, "\(path): this is no catalogue of topics, or it is cut short")
        }
        for (number, line) in lines.dropLast().enumerated() {
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
            guard fields.count >= 4, fields[0].utf8.count == 32, fields[0].allSatisfy(\.isHexDigit),
                TopicDeclaration.isValidName(fields[1]), let partitions = Int32(fields[2]), let created = Int64(fields[3]),
                (1...TopicDeclaration.maximumPartitions).contains(partitions)
            else { throw BrokerError(.damaged, "\(path): line \(number + 2) does not describe a topic") }
            var settings: [String: String] = [:]
            for field in fields.dropFirst(4) {
                guard let equals = field.firstIndex(of: "=") else {
                    throw BrokerError(.damaged, "\(path): line \(number + 2): \"\(field)\" is no setting")
                }
                settings[String(field[..<equals])] = String(field[field.index(after: equals)...])
            }
            insert(
                Entry(
                    identifier: String(fields[0]),
                    declaration: TopicDeclaration(name: String(fields[1]), partitions: partitions, settings: settings),
                    createdMilliseconds: created))
        }
    }
}
