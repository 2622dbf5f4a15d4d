/// How a setting's value is written, as DescribeConfigs numbers it.
public enum SettingType: Int8, Sendable {
    case boolean = 1, string, integer, short, long, double, list, `class`, password
}

/// Where a setting's value comes from, as DescribeConfigs numbers it.
public enum SettingSource: Int8, Sendable {
    /// Set for this topic.
    case dynamicTopic = 1
    case dynamicBroker, dynamicDefaultBroker
    /// Given when the broker was started.
    case staticBroker
    case defaultValue
}

/// Which values a setting takes.
enum SettingRule: Sendable {
    case boolean
    case integer(Int64, Int64)
    case decimal(Double, Double)
    case oneOf([String])
    /// A comma-separated list; of these where any are given.
    case list(of: [String])
    /// `group`, `never` or `interval:<number>ms`.
    case flushPolicy
    /// `address:count`, separated by commas.
    case addressCounts

    /// Nil for a value that fits, otherwise what is needed instead.
    func objection(to value: String) -> String? {
        switch self {
        case .boolean:
            let lower = value.lowercased()
            return lower == "true" || lower == "false" ? nil : "true or false is needed"
        case .integer(let least, let most):
            guard let number = Int64(value), number >= least, number <= most else {
                return "a whole number from \(least) to \(most) is needed"
            }
            return nil
        case .decimal(let least, let most):
            guard let number = Double(value), number >= least, number <= most else { return "a number from \(least) to \(most) is needed" }
            return nil
        case .oneOf(let values):
            return values.contains(value) ? nil : "one of \(values.joined(separator: ", ")) is needed"
        case .list(let values):
            let parts = SettingRule.parts(of: value)
            guard !values.isEmpty else { return nil }
            return !parts.isEmpty && parts.allSatisfy(values.contains) ? nil : "a list of \(values.joined(separator: ", ")) is needed"
        case .flushPolicy:
            if value == "group" || value == "never" { return nil }
            guard value.hasPrefix("interval:"), value.hasSuffix("ms"), let milliseconds = Int64(value.dropFirst(9).dropLast(2)),
                milliseconds > 0
            else { return "group, never or interval:<number>ms is needed, such as interval:100ms" }
            return nil
        case .addressCounts:
            return SettingRule.addressCounts(value) == nil ? "address:count is needed, separated by commas, such as 10.0.0.7:50" : nil
        }
    }

    /// Counts by address; nil for what is no list of them.
    static func addressCounts(_ value: String) -> [String: Int]? {
        var counts: [String: Int] = [:]
        for part in parts(of: value) {
            guard let colon = part.lastIndex(of: ":"), colon > part.startIndex, let count = Int32(part[part.index(after: colon)...]), count >= 0 else {
                return nil
            }
            counts[String(part[..<colon])] = Int(count)
        }
        return counts
    }

    /// The elements of a list setting.
    static func parts(of value: String) -> [String] {
        value.split(separator: ",").map { part in
            var part = part
            while part.first == " " { part.removeFirst() }
            while part.last == " " { part.removeLast() }
            return String(part)
        }.filter { !$0.isEmpty }
    }
}

/// One setting: its name, type, range and default, used to validate, to describe and to document it.
public struct SettingDefinition: Sendable {
    /// What the setting does here.
    public enum Effect: Sendable {
        /// The partition's log obeys it.
        case log
        /// The broker obeys it.
        case broker
        /// Kept and described for clients that send it; a single node has nothing to do for it.
        case inert
    }

    public let name: String
    public let type: SettingType
    /// Nil where nothing is set unless somebody sets it.
    public let defaultValue: String?
    let rule: SettingRule
    public let effect: Effect
    /// One sentence.
    public let documentation: String
    /// For a topic's setting: the broker-wide key whose value is its default.
    public let brokerName: String?

    private static let maximumLength = 16_384

    init(
        _ name: String, _ type: SettingType, _ defaultValue: String?, _ rule: SettingRule, _ effect: Effect,
        broker brokerName: String? = nil, _ documentation: String
    ) {
        self.name = name
        self.type = type
        self.defaultValue = defaultValue
        self.rule = rule
        self.effect = effect
        self.brokerName = brokerName
        self.documentation = documentation
    }

    /// Throws ``BrokerError/Kind/invalidSetting`` with key, value and what is needed instead.
    func validate(_ value: String) throws(BrokerError) {
        // Settings are kept in files of lines and tabs.
        guard value.utf8.count <= Self.maximumLength, value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f }) else {
            throw BrokerError(.invalidSetting, "setting \(name): a value has at most \(Self.maximumLength) bytes, and no control characters")
        }
        guard let objection = rule.objection(to: value) else { return }
        throw BrokerError(.invalidSetting, "setting \(name)=\(value): \(objection)")
    }
}

/// A setting with its value, as DescribeConfigs answers.
public struct SettingDescription: Hashable, Sendable {
    /// A value that counts where those above it are not set.
    public struct Synonym: Hashable, Sendable {
        public var name: String
        public var value: String?
        public var source: SettingSource
    }

    public var name: String
    public var value: String?
    public var source: SettingSource
    public var type: SettingType
    public var isReadOnly = false
    public var isSensitive = false
    public var documentation: String
    /// The value in force first.
    public var synonyms: [Synonym]

    public var isDefault: Bool { source == .defaultValue }
}
