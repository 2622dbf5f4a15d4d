import Synchronization

extension Broker {
    /// The broker-wide settings in force: what it was started with, and what was changed since.
    public var settings: BrokerSettings { currentSettings.withLock { $0 } }

    /// Changes some of the broker's settings (IncrementalAlterConfigs on a broker); all of them or none. They hold at once, for topics that do not
    /// say otherwise, and are kept in the data folder.
    public func alterBrokerSettings(_ scope: BrokerSettings.Scope, _ changes: [SettingChange], validateOnly: Bool = false) throws {
        try changeSettings(validateOnly: validateOnly) { settings throws(BrokerError) in
            var values = settings.changed[scope] ?? [:]
            for change in changes {
                try BrokerSettings.checkDynamic(change.key)
                let definition = try BrokerSettings.definition(change.key)
                values[change.key] = try change.applied(
                    to: values[change.key], definition, inherited: settings.values[change.key], place: "the broker")
            }
            return try settings.replacing(scope, with: values)
        }
    }

    /// Replaces all changed settings of one scope (AlterConfigs on a broker): what is not named goes back to what the broker was started with.
    public func replaceBrokerSettings(_ scope: BrokerSettings.Scope, with replacement: [String: String], validateOnly: Bool = false) throws {
        try changeSettings(validateOnly: validateOnly) { settings throws(BrokerError) in try settings.replacing(scope, with: replacement) }
    }

    /// `observer` is told of changes from now on, one after another; it is called under a lock, so it must not change settings.
    public func observeSettings(_ observer: (@Sendable (BrokerSettings) -> Void)?) { settingsObserver.withLock { $0 = observer } }

    private func changeSettings(
        validateOnly: Bool, _ body: (BrokerSettings) throws(BrokerError) -> BrokerSettings
    ) throws {
        // Held over the file's writing, so that changes are one after another and the file is never older than what a client was told.
        try settingsObserver.withLock { observer in
            let before = settings
            let after = try body(before)
            guard after != before else { return }
            try topicStore.changeDefaults(to: after.topicDefaults, validateOnly: validateOnly) {
                try ChangedSettingsFile(folder: folder, fileSystem: fileSystem).write(after)
            }
            guard !validateOnly else { return }
            currentSettings.withLock { $0 = after }
            observer?(after)
        }
    }
}
