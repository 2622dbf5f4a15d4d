@testable import AccessControl
import SystemIO
import Testing

@Suite("Access rules")
struct AuthorizerTests {
    private let alice = Principal(user: "alice")

    private func rules(_ bindings: [AclBinding]) throws -> AclSet {
        var rules = AclSet()
        for binding in bindings { try rules.insert(binding) }
        return rules
    }

    @Test("Everything is allowed until there is a rule, and then what rules allow")
    func byDefault() throws {
        var rules = AclSet()
        #expect(rules.allowedOperations(alice, from: "h", on: .topic, "pages") == .everything)
        #expect(rules.allowsAny(.write, of: .topic, to: alice, from: "h"))
        let rule = AclBinding(.allow, .read, on: ResourcePattern(.group, "g"), to: "User:bob")
        let isNew = try [rules.insert(rule), rules.insert(rule)]
        #expect(isNew == [true, false])
        #expect(rules.count == 1)
        #expect(rules.allowedOperations(alice, from: "h", on: .topic, "pages") == [])
        #expect(!rules.allowsAny(.write, of: .topic, to: alice, from: "h"))
        #expect(rules.allowedOperations(Principal(user: "bob"), from: "h", on: .group, "g") == [.read, .describe])
        let isGone = [rules.remove(rule), rules.remove(rule)]
        #expect(isGone == [true, false])
        #expect(rules.isEmpty)
        #expect(rules.allowedOperations(alice, from: "h", on: .topic, "pages") == .everything)
    }

    @Test("An allowed operation brings those it needs; a denied one takes itself alone", arguments: AclOperation.allCases)
    func implications(operation: AclOperation) throws {
        let resource = ResourcePattern(.topic, "t")
        let allowed = try rules([AclBinding(.allow, operation, on: resource, to: "User:alice")]).allowedOperations(alice, from: "h", on: .topic, "t")
        switch operation {
        case .all: #expect(allowed == .everything)
        case .read, .write, .delete, .alter: #expect(allowed == [operation, .describe])
        case .alterConfigs: #expect(allowed == [.alterConfigs, .describeConfigs])
        default: #expect(allowed == [operation])
        }
        let rest = try rules([
            AclBinding(.allow, .all, on: resource, to: "User:alice"), AclBinding(.deny, operation, on: resource, to: "User:*"),
        ]).allowedOperations(alice, from: "h", on: .topic, "t")
        #expect(rest == (operation == .all ? [] : OperationSet.everything.subtracting([operation])))
    }

    @Test("Super users are above every rule; decisions follow the rules at once")
    func versions() throws {
        let authorizer = Authorizer(superUsers: [Principal(user: "root")])
        func mayWrite() -> Bool { authorizer.allows(.write, on: .topic, "t", to: alice, from: "10.0.0.1") }
        #expect(mayWrite())
        let deny = AclBinding(.deny, .all, on: ResourcePattern(.topic, "*"), to: "User:*")
        authorizer.replace(try rules([deny]))
        #expect(!mayWrite())
        #expect(!authorizer.allows(.write, on: .topic, "t", to: alice, from: "10.0.0.1"))
        #expect(authorizer.allows(.all, on: .topic, "t", to: Principal(user: "root"), from: "10.0.0.1"))
        #expect(authorizer.allowsAny(.write, of: .topic, to: Principal(user: "root"), from: "10.0.0.1"))
        authorizer.replace(try rules([AclBinding(.allow, .write, on: ResourcePattern(.topic, "t"), to: "User:alice", from: "10.0.0.1")]))
        #expect(mayWrite())
        #expect(!authorizer.allows(.write, on: .topic, "t", to: alice, from: "10.0.0.2"))
        #expect(!authorizer.allows(.all, on: .topic, "t", to: alice, from: "10.0.0.1"))
    }

    @Test("With opensUnruled, what no rule is about stays open; what one is about is closed to all others")
    func unruled() throws {
        let authorizer = Authorizer(
            rules: try rules([
                AclBinding(.allow, .read, on: ResourcePattern(.topic, "ruled"), to: "User:bob"),
                AclBinding(.deny, .write, on: ResourcePattern(.topic, "pre", .prefixed), to: "User:bob"),
            ]))
        func mayRead(_ name: String) -> Bool { authorizer.allows(.read, on: .topic, name, to: alice, from: "h") }
        #expect(!mayRead("free") && !mayRead("ruled") && !mayRead("prefix"))
        #expect(!authorizer.allowsAny(.write, of: .topic, to: alice, from: "h"))
        authorizer.setOpensUnruled(true)
        #expect(mayRead("free") && !mayRead("ruled") && !mayRead("prefix"))
        #expect(authorizer.allows(.write, on: .group, "ruled", to: alice, from: "h"))
        #expect(authorizer.allowsAny(.write, of: .topic, to: alice, from: "h"))
        authorizer.replace(try rules([AclBinding(.allow, .read, on: ResourcePattern(.topic, "*"), to: "User:bob")]))
        #expect(!mayRead("free"), "a rule for every name is about every resource")
        #expect(!authorizer.allowsAny(.write, of: .topic, to: alice, from: "h"))
        authorizer.setOpensUnruled(false)
        #expect(!authorizer.allows(.write, on: .group, "ruled", to: alice, from: "h"))
    }

    @Test("A decision cache of one entry decides like one of many")
    func smallCache() throws {
        let table = try rules([AclBinding(.allow, .read, on: ResourcePattern(.topic, "a", .prefixed), to: "User:alice")])
        let authorizer = Authorizer(rules: table, cacheLimit: 1)
        for name in ["a", "b", "ab", "a", "b"] {
            #expect(authorizer.allows(.read, on: .topic, name, to: alice, from: "h") == name.hasPrefix("a"))
        }
    }

    @Test("Numbers from the wire become rules and filters, or errors that say which cannot be")
    func numbers() throws {
        let rule = try AclBinding(
            resourceType: 2, resourceName: "t", patternType: 4, principal: "User:a", host: "*", operation: 3, permission: 3)
        #expect(rule == AclBinding(.allow, .read, on: ResourcePattern(.topic, "t", .prefixed), to: "User:a"))
        let wrong: [(Int8, String, Int8, String, String, Int8, Int8)] = [
            (1, "t", 3, "User:a", "*", 3, 3), (0, "t", 3, "User:a", "*", 3, 3), (8, "t", 3, "User:a", "*", 3, 3), (2, "", 3, "User:a", "*", 3, 3),
            (2, "t", 2, "User:a", "*", 3, 3), (2, "t", 1, "User:a", "*", 3, 3), (2, "t", 3, "alice", "*", 3, 3), (2, "t", 3, "User:", "*", 3, 3),
            (2, "t", 3, "User:a", "", 3, 3), (2, "t", 3, "User:a", "*", 1, 3), (2, "t", 3, "User:a", "*", 15, 3), (2, "t", 3, "User:a", "*", 3, 1),
            (4, "mine", 3, "User:a", "*", 3, 3), (2, "t\n", 3, "User:a", "*", 3, 3), (2, String(repeating: "x", count: 600), 3, "User:a", "*", 3, 3),
        ]
        for (type, name, pattern, principal, host, operation, permission) in wrong {
            #expect(throws: AccessError.self) {
                try AclBinding(
                    resourceType: type, resourceName: name, patternType: pattern, principal: principal, host: host, operation: operation,
                    permission: permission)
            }
        }
        let any = try AclFilter(resourceType: 1, resourceName: nil, patternType: 1, principal: nil, host: nil, operation: 1, permission: 1)
        #expect(any == AclFilter())
        let match = try AclFilter(resourceType: 2, resourceName: "t", patternType: 2, principal: nil, host: nil, operation: 1, permission: 1)
        #expect(match == AclFilter(resourceType: .topic, resourceName: "t", pattern: .match))
        #expect(throws: AccessError.self) {
            try AclFilter(resourceType: 0, resourceName: nil, patternType: 1, principal: nil, host: nil, operation: 1, permission: 1)
        }
        #expect(([.read, .describe] as OperationSet).rawValue == 1 << 3 | 1 << 8)
    }

    @Test("Filters: exact, any pattern type, and everything that has a say")
    func filters() throws {
        let bindings = [
            AclBinding(.allow, .read, on: ResourcePattern(.topic, "foobar"), to: "User:a"),
            AclBinding(.allow, .read, on: ResourcePattern(.topic, "foo", .prefixed), to: "User:a"),
            AclBinding(.deny, .write, on: ResourcePattern(.topic, "*"), to: "User:b", from: "10.0.0.1"),
            AclBinding(.allow, .read, on: ResourcePattern(.group, "foobar"), to: "User:a"),
            AclBinding(.allow, .read, on: ResourcePattern(.topic, "foobar", .prefixed), to: "User:a"),
        ]
        let table = try rules(bindings)
        func found(_ filter: AclFilter) -> Set<AclBinding> { Set(table.matching(filter)) }
        #expect(found(AclFilter()) == Set(bindings))
        #expect(found(AclFilter(resourceType: .topic, resourceName: "foobar", pattern: .match)) == [bindings[0], bindings[1], bindings[2], bindings[4]])
        #expect(found(AclFilter(resourceName: "foobar")) == [bindings[0], bindings[3], bindings[4]])
        #expect(found(AclFilter(resourceName: "foobar", pattern: .exactly(.prefixed))) == [bindings[4]])
        #expect(found(AclFilter(resourceName: "fo", pattern: .match)) == [bindings[2]])
        #expect(found(AclFilter(principal: "User:b", host: "10.0.0.1", operation: .write, permission: .deny)) == [bindings[2]])
        #expect(found(AclFilter(host: "10.0.0.2")) == [])
    }
}

/// The rules once more, written as they read, without an index or a cache.
private struct NaiveAuthorizer {
    var bindings: [AclBinding]

    func allows(_ operation: AclOperation, _ type: ResourceType, _ name: String, _ principal: Principal, _ host: String) -> Bool {
        if bindings.isEmpty { return true }
        let relevant = bindings.filter { binding in
            let isResource = binding.resource.type == type
                && (binding.resource.patternType == .literal
                    ? binding.resource.name == name || binding.resource.name == "*" : name.hasPrefix(binding.resource.name))
            return isResource && (binding.principal == "User:*" || binding.principal == "\(principal)") && (binding.host == "*" || binding.host == host)
        }
        if relevant.contains(where: { $0.permission == .deny && ($0.operation == operation || $0.operation == .all) }) { return false }
        return relevant.contains { binding in
            guard binding.permission == .allow else { return false }
            if binding.operation == operation || binding.operation == .all { return true }
            if operation == .describe { return [.read, .write, .delete, .alter].contains(binding.operation) }
            return operation == .describeConfigs && binding.operation == .alterConfigs
        }
    }
}

extension AuthorizerTests {
    private func randomBinding(_ random: inout SeededGenerator) -> AclBinding {
        func pick<Value>(_ values: [Value]) -> Value { values[Int.random(in: 0..<values.count, using: &random)] }
        let pattern = pick(PatternType.allCases)
        let name = pick(pattern == .literal ? ["a", "ab", "abc", "b", "ba", "*"] : ["a", "ab", "abc", "b", "ba"])
        return AclBinding(
            pick([.allow, .allow, .deny]), pick(AclOperation.allCases), on: ResourcePattern(pick([.topic, .group]), name, pattern),
            to: pick(["User:alice", "User:bob", "User:*"]), from: pick(["*", "*", "h1", "h2"]))
    }

    @Test("Index and caches decide as the rules read")
    func property() throws {
        var random = SeededGenerator(seed: 11)
        for _ in 0..<150 {
            var table = AclSet()
            var naive = NaiveAuthorizer(bindings: [])
            let authorizer = Authorizer(cacheLimit: 40)
            for _ in 0..<12 {
                if !naive.bindings.isEmpty, Bool.random(using: &random), Bool.random(using: &random) {
                    table.remove(naive.bindings.remove(at: Int.random(in: 0..<naive.bindings.count, using: &random)))
                } else {
                    let binding = randomBinding(&random)
                    if try table.insert(binding) { naive.bindings.append(binding) }
                }
                authorizer.replace(table)
                #expect(table.count == naive.bindings.count)
                for _ in 0..<25 {
                    let principal = Principal(user: Bool.random(using: &random) ? "alice" : "bob")
                    let host = Bool.random(using: &random) ? "h1" : "h2"
                    let name = ["a", "ab", "abc", "abcd", "b", "ba", "c", "*"][Int.random(in: 0..<8, using: &random)]
                    let allowed = authorizer.allowedOperations(to: principal, from: host, on: .topic, name)
                    for operation in AclOperation.allCases where operation != .all {
                        let expected = naive.allows(operation, .topic, name, principal, host)
                        #expect(allowed.contains(operation) == expected, "\(principal) \(host) \(operation) \(name): \(naive.bindings)")
                    }
                }
            }
        }
    }

    @Test("Some topic may be written exactly when there is a name that may be")
    func anyResource() throws {
        var random = SeededGenerator(seed: 12)
        // Longer than every rule's name, and free of each: enough to find a name that no rule means.
        var names = [""]
        for _ in 0..<4 { names += names.flatMap { name in ["a", "b", "c", "d"].map { name + $0 } } }
        names = Array(Set(names)).filter { !$0.isEmpty }
        for _ in 0..<60 {
            var table = AclSet()
            for _ in 0..<Int.random(in: 1...8, using: &random) { try table.insert(randomBinding(&random)) }
            let principal = Principal(user: "alice")
            let expected = names.contains { table.allowedOperations(principal, from: "h1", on: .topic, $0).contains(.write) }
            #expect(table.allowsAny(.write, of: .topic, to: principal, from: "h1") == expected, "\(table.all)")
        }
    }
}
