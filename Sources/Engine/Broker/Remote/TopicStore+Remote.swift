import LogStorage
import Synchronization

extension TopicStore {
    /// What tiering asks of a topic's settings, and of the broker.
    func checkRemote(_ declaration: TopicDeclaration, _ configuration: LogConfiguration) throws(BrokerError) {
        guard configuration.usesRemoteStorage else { return }
        guard !configuration.isCompacted else {
            throw BrokerError(
                .invalidSetting,
                "topic \(declaration.name): remote.storage.enable=true and cleanup.policy=compact do not go together, because what is in the remote "
                    + "store does not change; use cleanup.policy=delete")
        }
        guard remote != nil else { throw Self.remoteIsMissing(declaration.name) }
    }

    /// Records that are in the remote store alone could not be read any more.
    func checkStaysRemote(_ before: TopicDeclaration, _ after: TopicDeclaration) throws {
        guard try configuration(of: before).usesRemoteStorage, try !configuration(of: after).usesRemoteStorage else { return }
        throw BrokerError(
            .invalidSetting,
            "topic \(after.name): remote.storage.enable cannot be switched off, because records are in the remote store alone; copy them to another "
                + "topic and delete this one, or keep more here with local.retention.bytes and local.retention.ms")
    }

    /// Gives a topic's logs their parts of the remote store, where its settings ask for it and they have none yet.
    func attachRemote(_ entry: TopicCatalogue.Entry, _ logs: [PartitionLog], _ configuration: LogConfiguration) throws {
        for (number, log) in logs.enumerated() { try attachRemote(entry, Int32(number), log, configuration) }
    }

    func attachRemote(_ entry: TopicCatalogue.Entry, _ number: Int32, _ log: PartitionLog, _ configuration: LogConfiguration) throws {
        // A catalogue of an older build may ask for both.
        guard configuration.usesRemoteStorage, !configuration.isCompacted, !log.hasRemote else { return }
        guard let remote else { throw Self.remoteIsMissing(entry.declaration.name) }
        try log.attachRemote(remote.segments, key: RemoteStorage.key(entry.identifier, number), cache: remote.cache, entropy: entropy)
    }

    /// Removes the objects of topics that were deleted, and forgets them; what fails stays for the next time.
    func removeRemoteLeftovers() throws {
        guard let remote else { return }
        let pending = deletions.pending
        // A topic is noted before it leaves the catalogue; where that could not be written it is still there.
        let present = catalogue.withLock { Set($0.sorted.map(\.identifier)) }
        for identifier in pending where !present.contains(identifier) {
            try remote.removeTopic(identifier)
            try deletions.crossOut(identifier)
        }
    }

    private static func remoteIsMissing(_ name: String) -> BrokerError {
        BrokerError(
            .invalidSetting,
            "topic \(name): remote.storage.enable=true needs a remote store, and this broker was started without one; give it with "
                + "--remote s3://bucket/prefix or --remote /folder, or for every command in LEAT_REMOTE")
    }
}
