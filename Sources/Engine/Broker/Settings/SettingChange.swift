/// A change of one setting, as IncrementalAlterConfigs asks for it.
public struct SettingChange: Hashable, Sendable {
    public enum Operation: Hashable, Sendable {
        case set(String)
        /// Back to the default.
        case delete
        /// To and from a list.
        case append(String)
        case subtract(String)
    }

    public var key: String
    public var operation: Operation

    public init(_ key: String, _ operation: Operation) {
        self.key = key
        self.operation = operation
    }

    /// The value afterwards, not validated; nil for the default. `inherited`: what a list begins with that is not set itself.
    func applied(
        to value: String?, _ definition: SettingDefinition, inherited: String?, place: String
    ) throws(BrokerError) -> String? {
        switch operation {
        case .set(let value): return value
        case .delete: return nil
        case .append(let text), .subtract(let text):
            guard definition.type == .list else {
                throw BrokerError(.invalidSetting, "\(place): \(key) is no list, so nothing can be appended or subtracted")
            }
            var parts = SettingRule.parts(of: value ?? inherited ?? definition.defaultValue ?? "")
            let named = SettingRule.parts(of: text)
            if case .append = operation {
                parts += named.filter { !parts.contains($0) }
            } else {
                parts.removeAll(where: named.contains)
            }
            return parts.joined(separator: ",")
        }
    }
}
