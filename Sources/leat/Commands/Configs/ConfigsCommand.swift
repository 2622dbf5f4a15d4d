import ArgumentParser
import LogClient

/// `leat configs`: settings of topics and brokers.
struct ConfigsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "configs",
        abstract: "Shows and changes settings of topics and brokers.",
        discussion: """
            Examples:
              leat configs describe --topic web.pages                 what was set; --all shows the defaults too
              leat configs set --topic web.pages retention.ms=86400000 max.message.bytes=4194304
              leat configs delete --topic web.pages retention.ms      back to the default
              leat configs describe --broker 0 --all --brokers localhost:9092

            \(PlaceOption.explanation)
            """,
        subcommands: [ConfigsDescribe.self, ConfigsSet.self, ConfigsDelete.self], defaultSubcommand: ConfigsDescribe.self)
}

/// Whose settings are meant.
struct ConfigsTarget: ParsableArguments {
    @Option(help: "The topic.") var topic: String?
    @Option(help: ArgumentHelp("With --brokers: the broker with this id.", valueName: "id")) var broker: String?

    func validate() throws {
        if (topic == nil) == (broker == nil) { throw ValidationError("whose settings: name a --topic or a --broker") }
    }

    var resource: SettingResource { topic.map { .topic($0) } ?? .broker(broker ?? "") }

    /// Fields of a JSON object that say whose settings they are.
    var fields: [(String, JSONText)] { topic.map { [("topic", .string($0))] } ?? [("broker", .string(broker ?? ""))] }
}

/// `leat configs describe`.
struct ConfigsDescribe: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "describe", abstract: "What is set; with --all, the defaults too.",
        discussion: #"--json prints an object a setting: {"topic","name","value","set","readOnly"}; secret values are null."#)

    @OptionGroup var target: ConfigsTarget
    @OptionGroup var place: PlaceOption
    @Flag(help: "Defaults too.") var all = false
    @Flag(help: "One JSON object a line.") var json = false

    func run() throws {
        let output = ConsoleOutput()
        let log = try place.administration()
        defer { log.close() }
        let settings = try log.settings(of: target.resource).filter { all || $0.isOverridden }
        var table = TextTable(["SETTING", "VALUE", "FROM"])
        for setting in settings {
            if json {
                output.line(
                    JSONText.object(
                        target.fields + [
                            ("name", .string(setting.name)), ("value", setting.value.map { .string($0) } ?? .null),
                            ("set", .bool(setting.isOverridden)), ("readOnly", .bool(setting.isReadOnly)),
                        ]))
            } else {
                table.add([
                    setting.name, setting.value.map { ByteText.oneLine($0) } ?? "(secret)",
                    (setting.isOverridden ? "set" : "default") + (setting.isReadOnly ? ", read-only" : ""),
                ])
            }
        }
        if !json {
            if settings.isEmpty {
                output.line("nothing is set for \(target.resource): the defaults hold (--all shows them)")
            } else {
                table.lines(output.style).forEach { output.line($0) }
            }
        }
        output.flush()
    }
}

/// `leat configs set`.
struct ConfigsSet: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set", abstract: "Changes settings; the others stay.", discussion: "All of them are changed, or none.")

    @Argument(help: ArgumentHelp("The settings.", valueName: "key=value")) var settings: [String]
    @OptionGroup var target: ConfigsTarget
    @OptionGroup var place: PlaceOption
    @Flag(help: "One JSON object.") var json = false

    func validate() throws { _ = try SettingText.parse(settings) }

    func run() throws {
        let values = try SettingText.parse(settings)
        let log = try place.administration()
        defer { log.close() }
        try log.alterSettings(of: target.resource, set: values, delete: [])
        let output = ConsoleOutput()
        let sorted = values.sorted { $0.key < $1.key }
        output.line(
            json
                ? JSONText.object(target.fields + [("set", .object(sorted.map { ($0.key, .string($0.value)) }))]).text
                : "\(target.resource): " + sorted.map { "\($0.key)=\($0.value)" }.joined(separator: " "))
        output.flush()
    }
}

/// `leat configs delete`.
struct ConfigsDelete: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "delete", abstract: "Takes settings back to their defaults.")

    @Argument(help: "The settings' names.") var names: [String]
    @OptionGroup var target: ConfigsTarget
    @OptionGroup var place: PlaceOption
    @Flag(help: "One JSON object.") var json = false

    func run() throws {
        let log = try place.administration()
        defer { log.close() }
        // A name that is not set is mistyped, or there is nothing to do.
        let present = Set(try log.settings(of: target.resource).filter(\.isOverridden).map(\.name))
        for name in names where !present.contains(name) {
            throw CommandFailure("\(target.resource): \(name) is not set; `leat configs describe` shows what is")
        }
        try log.alterSettings(of: target.resource, set: [:], delete: Set(names))
        let output = ConsoleOutput()
        output.line(
            json
                ? JSONText.object(target.fields + [("deleted", .array(names.map { .string($0) }))]).text
                : "\(target.resource): \(names.joined(separator: " ")) back to default")
        output.flush()
    }
}
