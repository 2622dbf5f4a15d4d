import Coordination
import LogStorage
import Synchronization
import SystemIO

extension TopicStore {
    /// Makes topics, each by itself or not; the catalogue is written once. A topic is durable when this returns.
    func create(_ declarations: [TopicDeclaration], validateOnly: Bool = false) throws -> [Result<Topic?, BrokerError>] {
        try catalogue.withLock { catalogue in
            var changed = catalogue
            var made: [Int: TopicCatalogue.Entry] = [:]
            var results: [Result<Topic?, BrokerError>] = []
            for (index, declaration) in declarations.enumerated() {
                do throws(BrokerError) {
                    try validate(declaration, changed)
                    results.append(.success(nil))
                } catch {
                    results.append(.failure(error))
                    continue
                }
                guard !validateOnly else { continue }
                let identifier = try entropy.identifier()
                let entry = TopicCatalogue.Entry(
                    identifier: identifier.description.filter { $0 != "-" }, declaration: declaration,
                    createdMilliseconds: clock.wallMilliseconds())
                changed.insert(entry)
                made[index] = entry
            }
            guard !made.isEmpty else { return results }
            // Folders first: a topic that is in the catalogue has its partitions, or they begin empty.
            let indices = made.keys.sorted()
            let topics = try open(indices.compactMap { made[$0] }, threads: 1)
            try write(changed)
            catalogue = changed
            table.withLock { table in
                for topic in topics { table.insert(topic) }
            }
            for (index, topic) in zip(indices, topics) { results[index] = .success(topic) }
            return results
        }
    }

    private func validate(_ declaration: TopicDeclaration, _ catalogue: TopicCatalogue) throws(BrokerError) {
        try declaration.validate()
        guard catalogue[declaration.name] == nil else {
            throw BrokerError(.topicExists, "topic \(declaration.name) exists already")
        }
        try checkSettings(declaration)
    }

    private func checkSettings(_ declaration: TopicDeclaration) throws(BrokerError) {
        try TopicSettings.validate(declaration.settings, topic: declaration.name)
        let configuration: LogConfiguration
        do {
            configuration = try self.configuration(of: declaration)
        } catch {
            throw BrokerError(.invalidSetting, "topic \(declaration.name): \(error)")
        }
        try checkRemote(declaration, configuration)
    }

    /// Makes a topic where there is none, and gives one that is there the declared settings.
    func declare(_ declaration: TopicDeclaration) throws {
        if topic(declaration.name) == nil, let result = try create([declaration]).first {
            // Somebody else may have made it just now.
            if case .failure(let error) = result, error.kind != .topicExists { throw error }
        }
        guard let present = topic(declaration.name) else { throw Self.unknownTopic(declaration.name) }
        guard present.declaration.partitions == declaration.partitions else {
            throw BrokerError(
                .invalidRequest,
                """
                topic \(declaration.name) has \(present.declaration.partitions) partitions and is declared with \
                \(declaration.partitions): a topic keeps its number; use another data folder or another name
                """)
        }
        try change(declaration.name) { $0.settings = declaration.settings }
    }

    /// Changes a topic's settings; they hold at once. `validateOnly` changes nothing.
    func alter(
        _ name: String, validateOnly: Bool = false, _ settings: ([String: String]) throws(BrokerError) -> [String: String]
    ) throws {
        guard !validateOnly else {
            guard let before = topic(name)?.declaration else { throw Self.unknownTopic(name) }
            var declaration = before
            declaration.settings = try settings(declaration.settings)
            try checkSettings(declaration)
            return try checkStaysRemote(before, declaration)
        }
        try change(name) { $0.settings = try settings($0.settings) }
    }

    private func change(_ name: String, _ body: (inout TopicDeclaration) throws -> Void) throws {
        try catalogue.withLock { catalogue in
            guard var entry = catalogue[name], let topic = topic(name) else { throw Self.unknownTopic(name) }
            let before = entry.declaration
            try body(&entry.declaration)
            guard entry.declaration != before else { return }
            try checkSettings(entry.declaration)
            try checkStaysRemote(before, entry.declaration)
            let configuration = try configuration(of: entry.declaration)
            // First, so that what is in the catalogue also holds; a log that has a remote store and no such setting does not use it.
            try attachRemote(entry, topic.partitions, configuration)
            var changed = catalogue
            changed.insert(entry)
            try write(changed)
            catalogue = changed
            let next = try self.topic(entry, topic.partitions)
            for log in topic.partitions where log.configuration != configuration { log.reconfigure(configuration) }
            table.withLock { $0.insert(next) }
        }
    }

    /// Gives topics other values for what they do not say themselves; all of them or none. `persist` makes that durable, before it holds.
    func changeDefaults(to defaults: [String: String], validateOnly: Bool, persist: () throws -> Void) throws {
        try catalogue.withLock { _ in
            var changes: [(log: PartitionLog, configuration: LogConfiguration)] = []
            for topic in topics {
                let configuration: LogConfiguration
                do {
                    configuration = try self.configuration(of: topic.declaration, defaults: defaults)
                } catch { throw BrokerError(.invalidSetting, "topic \(topic.name) would have impossible settings: \(error)") }
                try checkRemote(topic.declaration, configuration)
                changes += topic.partitions.map { ($0, configuration) }
            }
            guard !validateOnly else { return }
            try persist()
            self.defaults.withLock { $0 = defaults }
            for (log, configuration) in changes where log.configuration != configuration { log.reconfigure(configuration) }
        }
    }

    /// Gives a topic more partitions, `total` in all.
    func createPartitions(_ name: String, total: Int32, validateOnly: Bool = false) throws {
        try catalogue.withLock { catalogue in
            guard var entry = catalogue[name], let topic = topic(name) else { throw Self.unknownTopic(name) }
            guard total > entry.declaration.partitions, total <= TopicDeclaration.maximumPartitions else {
                throw BrokerError(
                    .invalidPartitions,
                    "topic \(name) has \(entry.declaration.partitions) partitions: \(entry.declaration.partitions + 1) to \(TopicDeclaration.maximumPartitions) may be asked for, not \(total)")
            }
            guard !validateOnly else { return }
            let configuration = try configuration(of: entry.declaration)
            let added = try (entry.declaration.partitions..<total).map { try openPartition(entry, $0, configuration) }
            entry.declaration.partitions = total
            var changed = catalogue
            changed.insert(entry)
            try write(changed)
            catalogue = changed
            let next = try self.topic(entry, topic.partitions + added)
            table.withLock { $0.insert(next) }
        }
    }

    /// Takes topics out of the catalogue, durably and at once, and then their files away. A crash in between leaves files that the next start
    /// removes. What they have in the remote store is noted, and removed by ``removeRemoteLeftovers()``.
    func delete(_ names: [String]) throws -> [Result<Void, BrokerError>] {
        try catalogue.withLock { catalogue in
            var changed = catalogue
            var entries: [TopicCatalogue.Entry] = []
            let results = names.map { name -> Result<Void, BrokerError> in
                guard let entry = changed[name] else { return .failure(Self.unknownTopic(name)) }
                changed.remove(name)
                entries.append(entry)
                return .success(())
            }
            guard !entries.isEmpty else { return results }
            let tiered = try entries.filter { try configuration(of: $0.declaration).usesRemoteStorage }
            try deletions.note(tiered.map(\.identifier))
            try write(changed)
            catalogue = changed
            let topics = table.withLock { table in entries.compactMap { table.remove($0.declaration.name) } }
            // What cannot be closed or removed now is a leftover of the next start; the topic is gone all the same.
            for log in topics.flatMap(\.partitions) { try? log.close() }
            for entry in entries { try? removeTree("\(folder)/log/\(entry.identifier)") }
            return results
        }
    }

    /// Removes folders of topics that the catalogue does not name.
    func removeLeftovers(keeping identifiers: Set<String>) throws {
        for name in try fileSystem.list(folder + "/log") where name.utf8.count == 32 && UniqueIdentifier(name) != nil {
            guard !identifiers.contains(name), try fileSystem.folderExists("\(folder)/log/\(name)") else { continue }
            try removeTree("\(folder)/log/\(name)")
        }
    }

    /// A topic's folder has partitions' folders, and these have files: nothing deeper is ours to remove.
    private func removeTree(_ path: String) throws {
        for partition in try fileSystem.list(path) {
            let inner = FilePath.join(path, partition)
            guard try fileSystem.folderExists(inner) else {
                try fileSystem.remove(inner)
                continue
            }
            for file in try fileSystem.list(inner) { try fileSystem.remove(FilePath.join(inner, file)) }
            try fileSystem.removeFolder(inner)
        }
        try fileSystem.removeFolder(path)
    }
}
