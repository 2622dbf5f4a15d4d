import AccessControl
import ArgumentParser
import Broker
import Foundation

/// `leat users`: who may log in.
struct UsersCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "users",
        abstract: "Sets, lists and deletes the users of a data folder.",
        discussion: """
            Users log in by SCRAM-SHA-256, SCRAM-SHA-512, or over TLS by PLAIN. Passwords are not kept, only what they are proved with.
            The folder must have no owner while users are changed here; a running server takes changes from Kafka's own tools
            (kafka-configs --alter --entity-type users).

            EXAMPLES
              leat users set alice --data crawl                      asks for the password
              LEAT_PASSWORD=… leat users set alice --data crawl      takes it from the environment
              leat users list --data crawl
            """,
        subcommands: [UsersSet.self, UsersList.self, UsersDelete.self], defaultSubcommand: UsersList.self)
}

/// `leat users set`.
struct UsersSet: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "set", abstract: "Makes a user, or gives one another password.")

    @Argument(help: "The user's name.") var name: String
    @OptionGroup var data: DataFolderOption
    @Option(help: "How often the password is hashed, 4096 to 16384.") var iterations = 4_096

    func run() throws {
        let password = try Self.password(for: name)
        let broker = try Broker.owning(data.folder, to: "set user \(name)")
        defer { try? broker.close() }
        try AccessStore(folder: data.folder).setPassword(password, of: name, iterations: iterations)
        print("user \(name) set in \(data.folder)")
    }

    private static func password(for name: String) throws -> String {
        if let given = ProcessInfo.processInfo.environment["LEAT_PASSWORD"] {
            guard !given.isEmpty else { throw CommandFailure("LEAT_PASSWORD is empty") }
            return given
        }
        if isatty(0) == 1 {
            guard let typed = getpass("Password of \(name): "), typed.pointee != 0 else { throw CommandFailure("no password was given") }
            return String(cString: typed)
        }
        guard let line = readLine(), !line.isEmpty else {
            throw CommandFailure("no password was given: set LEAT_PASSWORD, or write it on standard input")
        }
        return line
    }
}

/// `leat users list`.
struct UsersList: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "Every user and how they can log in.")

    @OptionGroup var data: DataFolderOption
    @Flag(help: "One JSON object a line.") var json = false

    func run() throws {
        let output = ConsoleOutput()
        var table = TextTable(["USER", "MECHANISMS"])
        for user in try AccessStore(folder: data.folder).credentials.describe(nil) {
            let mechanisms = user.credentials.map(\.mechanism.name)
            if json {
                output.line(JSONText.object([("user", .string(user.user)), ("mechanisms", .array(mechanisms.map { .string($0) }))]))
            } else {
                table.add([user.user, mechanisms.joined(separator: " ")])
            }
        }
        if !json { table.lines(output.style).forEach { output.line($0) } }
        output.flush()
    }
}

/// `leat users delete`.
struct UsersDelete: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "delete", abstract: "Takes a user away.")

    @Argument(help: "The user's name.") var name: String
    @OptionGroup var data: DataFolderOption

    func run() throws {
        let broker = try Broker.owning(data.folder, to: "delete user \(name)")
        defer { try? broker.close() }
        let store = try AccessStore(folder: data.folder)
        let mechanisms = store.credentials.describe([name]).flatMap { $0.credentials.map(\.mechanism) }
        guard !mechanisms.isEmpty else { throw CommandFailure("there is no user \(name) in \(data.folder); `leat users list` shows those there are") }
        // One credential at a time: a user named twice in one alteration is refused.
        for mechanism in mechanisms {
            for result in try store.alterCredentials(deletions: [ScramDeletion(user: name, mechanism: mechanism.rawValue)], upsertions: []) {
                if let error = result.error { throw error }
            }
        }
        print("user \(name) deleted from \(data.folder)")
    }
}
