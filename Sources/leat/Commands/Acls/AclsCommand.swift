import AccessControl
import ArgumentParser
import LogClient

/// `leat acls`: who may do what.
struct AclsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "acls",
        abstract: "Lists, adds and removes access rules.",
        discussion: """
            Without a rule everybody may do everything. From the first one on, only what a rule allows; a rule that denies wins.
            READ, WRITE, DELETE and ALTER let DESCRIBE through with them, ALTER_CONFIGS lets DESCRIBE_CONFIGS.

            Examples:
              leat acls list
              leat acls add --allow User:alice --operation read --topic web.pages --group readers
              leat acls add --allow User:loader --operation write,create --topic crawl. --prefixed
              leat acls add --deny 'User:*' --operation all --topic secrets --host 10.0.0.9
              leat acls list --topic web.pages --match             every rule that has a say over this topic
              leat acls remove --principal User:alice --yes

            \(PlaceOption.explanation)
            """,
        subcommands: [AclsList.self, AclsAdd.self, AclsRemove.self], defaultSubcommand: AclsList.self)
}

/// What rules are about.
struct AclsResource: ParsableArguments {
    @Option(help: "A topic, or '*' for every one; may be given again.") var topic: [String] = []
    @Option(help: "A group.") var group: [String] = []
    @Option(name: .customLong("transactional-id"), help: "A transactional id.") var transactionalID: [String] = []
    @Flag(help: "The cluster itself.") var cluster = false

    var all: [(type: ResourceType, name: String)] {
        topic.map { (.topic, $0) } + group.map { (.group, $0) } + transactionalID.map { (.transactionalID, $0) }
            + (cluster ? [(.cluster, ResourceType.clusterName)] : [])
    }
}

/// Names of operations on the command line: Kafka's, in any case, with hyphens or underscores.
enum AclsText {
    static func operations(_ text: String) throws -> [AclOperation] {
        try text.split(separator: ",").map { part in
            let name = part.uppercased().map { $0 == "-" ? "_" : $0 }
            guard let operation = AclOperation.allCases.first(where: { $0.name == String(name) }) else {
                throw ValidationError(
                    "operation \(part): one of \(AclOperation.allCases.map { $0.name.lowercased() }.joined(separator: ", ")) is needed")
            }
            return operation
        }
    }

    static func principal(_ text: String) throws -> String {
        guard Principal(text) != nil else { throw ValidationError("principal \(text): write it as User:name, or 'User:*' for everybody") }
        return text
    }

    static func show(_ rules: [AclBinding], json: Bool, _ output: ConsoleOutput) {
        var table = TextTable(["PERMISSION", "PRINCIPAL", "HOST", "OPERATION", "TYPE", "PATTERN", "NAME"])
        for rule in rules {
            if json {
                output.line(
                    JSONText.object([
                        ("permission", .string(rule.permission.name)), ("principal", .string(rule.principal)), ("host", .string(rule.host)),
                        ("operation", .string(rule.operation.name)), ("type", .string(rule.resource.type.name)),
                        ("pattern", .string(rule.resource.patternType.name)), ("name", .string(rule.resource.name)),
                    ]))
            } else {
                table.add([
                    rule.permission.name, rule.principal, rule.host, rule.operation.name, rule.resource.type.name, rule.resource.patternType.name,
                    rule.resource.name,
                ])
            }
        }
        if !json { table.lines(output.style).forEach { output.line($0) } }
    }
}

/// Which rules are meant.
struct AclsFilter: ParsableArguments {
    @OptionGroup var resource: AclsResource
    @Flag(help: "With a name: every rule that has a say over it, prefixes and '*' too.") var match = false
    @Flag(help: "Only rules for prefixes.") var prefixed = false
    @Option(help: "Only rules for this principal.") var principal: String?
    @Option(help: "Only rules for this host.") var host: String?
    @Option(help: "Only rules for this operation.") var operation: String?

    func validate() throws {
        if match && prefixed { throw ValidationError("--match and --prefixed exclude each other") }
        if resource.all.count > 1 { throw ValidationError("name one resource, or none for all") }
        if let operation, try AclsText.operations(operation).count != 1 { throw ValidationError("--operation: one is needed") }
        if let principal { _ = try AclsText.principal(principal) }
    }

    func filter() throws -> AclFilter {
        AclFilter(
            resourceType: resource.all.first?.type, resourceName: resource.all.first?.name,
            pattern: match ? .match : prefixed ? .exactly(.prefixed) : .any, principal: principal, host: host,
            operation: try operation.flatMap { try AclsText.operations($0).first })
    }
}

/// `leat acls list`.
struct AclsList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Rules, all or some.",
        discussion: #"--json prints an object a rule: {"permission","principal","host","operation","type","pattern","name"}."#)

    @OptionGroup var filter: AclsFilter
    @OptionGroup var place: PlaceOption
    @Flag(help: "One JSON object a line.") var json = false

    func run() throws {
        let output = ConsoleOutput()
        let log = try place.administration()
        defer { log.close() }
        let rules = try log.accessRules(try filter.filter())
        if rules.isEmpty, !json { output.line("there is no such rule in \(log.place)") } else { AclsText.show(rules, json: json, output) }
        output.flush()
    }
}

/// `leat acls add`.
struct AclsAdd: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Adds a rule for each principal, operation and resource named.",
        discussion: "The first rule of all closes the log to everybody whom no rule lets in: begin with a rule for yourself.")

    @Option(help: ArgumentHelp("Whom to let through; may be given again.", valueName: "User:name"), transform: AclsText.principal)
    var allow: [String] = []
    @Option(help: ArgumentHelp("Whom to keep out.", valueName: "User:name"), transform: AclsText.principal) var deny: [String] = []
    @Option(help: ArgumentHelp("What: read, write, create, delete, alter, describe, …, all; several with commas.", valueName: "operations"))
    var operation: String
    @OptionGroup var resource: AclsResource
    @Flag(help: "The names are prefixes.") var prefixed = false
    @Option(help: "Only from this address.") var host = AclBinding.everyHost
    @OptionGroup var place: PlaceOption
    @Flag(help: "One JSON object a line.") var json = false

    func validate() throws {
        if allow.isEmpty && deny.isEmpty { throw ValidationError("whom: name principals with --allow or --deny") }
        if resource.all.isEmpty { throw ValidationError("on what: name a --topic, --group, --transactional-id or --cluster") }
        if try AclsText.operations(operation).isEmpty { throw ValidationError("--operation: at least one is needed") }
    }

    func run() throws {
        var rules: [AclBinding] = []
        for (principals, permission) in [(allow, AclPermission.allow), (deny, .deny)] {
            for principal in principals {
                for operation in try AclsText.operations(operation) {
                    for (type, name) in resource.all {
                        let pattern = ResourcePattern(type, name, prefixed && type != .cluster ? .prefixed : .literal)
                        rules.append(AclBinding(permission, operation, on: pattern, to: principal, from: host))
                    }
                }
            }
        }
        let output = ConsoleOutput()
        let log = try place.administration()
        defer { log.close() }
        try log.addAccessRules(rules)
        if !json { output.line("added to \(log.place):") }
        AclsText.show(rules, json: json, output)
        output.flush()
    }
}

/// `leat acls remove`.
struct AclsRemove: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Removes the rules that match.",
        discussion: "Nothing is removed without --yes: without it the command shows what would go. Without any filter that is every rule.")

    @OptionGroup var filter: AclsFilter
    @OptionGroup var place: PlaceOption
    @Flag(help: "Really remove.") var yes = false
    @Flag(help: "One JSON object a line.") var json = false

    func run() throws {
        let output = ConsoleOutput()
        let log = try place.administration()
        defer { log.close() }
        let wanted = try filter.filter()
        let rules = yes ? try log.removeAccessRules(wanted) : try log.accessRules(wanted)
        if !json { output.line("\(rules.count) rule\(rules.count == 1 ? "" : "s") \(yes ? "removed from" : "would be removed from") \(log.place)") }
        AclsText.show(rules, json: json, output)
        output.flush()
        if !yes { throw CommandFailure("nothing is removed without --yes") }
    }
}
