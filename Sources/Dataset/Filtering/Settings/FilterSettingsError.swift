/// Settings that the filters cannot work with.
public enum FilterSettingsError: Error, Equatable, CustomStringConvertible {
    case unknownKey(String, owner: String, known: [String])
    case unknownFilter(String, known: [String])
    case unknownPreset(String, known: [String])
    case notFinite(String)
    case badValue(String, owner: String, needs: String)

    public var description: String {
        switch self {
        case .unknownKey(let key, let owner, let known):
            "\(owner) has no setting “\(key)”; it knows \(known.joined(separator: ", "))."
        case .unknownFilter(let name, let known):
            "There is no filter “\(name)”; there are \(known.joined(separator: ", "))."
        case .unknownPreset(let name, let known):
            "There is no preset “\(name)” of filters; there are \(known.joined(separator: ", "))."
        case .notFinite(let key):
            "The setting “\(key)” is no finite number; give a number, or null to turn the rule off."
        case .badValue(let key, let owner, let needs):
            "The setting “\(key)” of \(owner) needs \(needs)."
        }
    }
}
