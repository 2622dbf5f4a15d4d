import ArgumentParser

/// The command line: the only place where everything is put together.
@main
struct Leat: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "leat",
        abstract: "Turns the web into LLM training data, continuously: a streaming log, and the dataset factory on it.",
        version: BuildInformation.version,
        subcommands: [
            RunCommand.self, StageCommand.self, IngestCommand.self, WhyCommand.self, ReplayCommand.self, CompareCommand.self, VerifyCommand.self,
            DeadLetterCommand.self, SnapshotCommand.self, ResetCommand.self, StagesCommand.self, StateCommand.self, TopicsCommand.self,
            TailCommand.self, ProduceCommand.self,
            ConsumeCommand.self, GroupsCommand.self, ConfigsCommand.self, AclsCommand.self, ServeCommand.self, UsersCommand.self,
            LogCommand.self, EvalCommand.self,
        ])
}
