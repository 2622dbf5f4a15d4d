// The broker-wide settings: Kafka's names and defaults.

/// What a broker is started with and what was changed since: one value, by Kafka's own names.
///
/// Throws ``BrokerError/Kind/invalidSetting`` for unknown names and values outside of their ranges. Besides ``definitions``, every
/// broker-wide name in ``TopicSettings`` (`log.retention.ms`…) sets the default for topics.
///
///     let settings = try BrokerSettings(["num.partitions": "4", "log.retention.ms": "86400000"])
public struct BrokerSettings: Hashable, Sendable {
    /// Whose settings are changed while the broker runs (KIP-226). There is one node, so both hold for it; its own win.
    public enum Scope: String, Sendable, CaseIterable {
        /// Of every broker of the cluster.
        case cluster
        /// Of this broker.
        case broker

        var source: SettingSource { self == .broker ? .dynamicBroker : .dynamicDefaultBroker }
    }

    /// What the broker was started with, by name.
    public let given: [String: String]
    /// What was set since.
    public let changed: [Scope: [String: String]]
    /// What is set, by name, from wherever: what is missing has its default.
    public let values: [String: String]
    /// Defaults for topics, by the topic's key.
    public let topicDefaults: [String: String]

    public init(_ values: [String: String] = [:]) throws(BrokerError) { try self.init(given: values, changed: [:]) }

    private init(given: [String: String], changed: [Scope: [String: String]]) throws(BrokerError) {
        var values = given
        for scope in Scope.allCases { values.merge(changed[scope] ?? [:]) { $1 } }
        self.given = given
        self.changed = changed.filter { !$0.value.isEmpty }
        self.values = values
        topicDefaults = try Self.topicDefaults(values)
    }

    private init() {
        given = [:]
        changed = [:]
        values = [:]
        topicDefaults = [:]
    }

    /// Nothing given: every default.
    public static let standard = BrokerSettings()

    /// Validates all values on the way.
    private static func topicDefaults(_ values: [String: String]) throws(BrokerError) -> [String: String] {
        var defaults: [String: String] = [:]
        for (key, value) in values.sorted(by: { $0.key < $1.key }) {
            if let factor = retentionUnits[key] {
                guard let number = Int64(value), number >= -1, number < Int64.max / 3_600_000 else {
                    throw BrokerError(.invalidSetting, "setting \(key)=\(value): a whole number from -1 on is needed")
                }
                if values["log.retention.ms"] == nil { defaults["retention.ms"] = String(number < 0 ? -1 : number * factor) }
                continue
            }
            try definition(key).validate(value)
            if let definition = topicDefinitions[key] {
                try definition.validate(value)
                defaults[definition.name] = value
            }
        }
        return defaults
    }

    /// The same with other changes in one scope; throws for what cannot be changed while the broker runs.
    func replacing(_ scope: Scope, with replacement: [String: String]) throws(BrokerError) -> BrokerSettings {
        for name in replacement.keys.sorted() { try Self.checkDynamic(name) }
        var changed = changed
        changed[scope] = replacement
        return try BrokerSettings(given: given, changed: changed)
    }

    /// The value of a whole-number setting; `name` is one of ``definitions``.
    public func integer(_ name: String) -> Int64 {
        // Values are validated when they are given, and defaults are ours.
        (values[name] ?? Self.byName[name]?.defaultValue).flatMap(Int64.init) ?? 0
    }

    public func boolean(_ name: String) -> Bool { (values[name] ?? Self.byName[name]?.defaultValue)?.lowercased() == "true" }

    public var createsTopics: Bool { boolean("auto.create.topics.enable") }
    public var partitionCount: Int32 { Int32(clamping: integer("num.partitions")) }

    /// Other bounds on connections, by address (`max.connections.per.ip.overrides`).
    public var connectionsByAddress: [String: Int] { values["max.connections.per.ip.overrides"].flatMap(SettingRule.addressCounts) ?? [:] }

    // MARK: Describing

    /// Every broker-wide setting with the value in force.
    public func describe() -> [SettingDescription] {
        let own = Self.definitions.map { ($0.name, $0) } + Self.topicDefinitions.filter { Self.byName[$0.key] == nil }.map { ($0.key, $0.value) }
        return own.sorted { $0.0 < $1.0 }.map { name, definition in describe(name, definition) }
    }

    /// What was set in one scope alone.
    public func describe(_ scope: Scope) -> [SettingDescription] {
        (changed[scope] ?? [:]).sorted { $0.key < $1.key }.compactMap { name, value in
            guard let definition = Self.byName[name] ?? Self.topicDefinitions[name] else { return nil }
            return SettingDescription(
                name: name, value: value, source: scope.source, type: definition.type, documentation: definition.documentation,
                synonyms: [.init(name: name, value: value, source: scope.source)])
        }
    }

    private func describe(_ name: String, _ definition: SettingDefinition) -> SettingDescription {
        let synonyms = synonyms(of: name) + [.init(name: name, value: definition.defaultValue, source: .defaultValue)]
        // What was given in hours is described in milliseconds.
        let value = synonyms[0].name == name ? synonyms[0].value : topicDefaults[definition.name]
        return SettingDescription(
            name: name, value: value, source: synonyms[0].source, type: definition.type, isReadOnly: !Self.dynamicNames.contains(name),
            documentation: definition.documentation, synonyms: synonyms)
    }

    /// Where a broker-wide name is set, the value in force first; without its default.
    func synonyms(of name: String) -> [SettingDescription.Synonym] {
        var synonyms: [SettingDescription.Synonym] = []
        for scope in [Scope.broker, .cluster] {
            if let value = changed[scope]?[name] { synonyms.append(.init(name: name, value: value, source: scope.source)) }
        }
        let names = name == "log.retention.ms" ? [name, "log.retention.minutes", "log.retention.hours"] : [name]
        for name in names {
            if let value = given[name] { synonyms.append(.init(name: name, value: value, source: .staticBroker)) }
        }
        return synonyms
    }
}
