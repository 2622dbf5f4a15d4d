import ArgumentParser
import Foundation
import ObjectStore

/// `--remote`: where topics keep their old segments, as every command that owns a data folder takes it, or finds it in LEAT_REMOTE.
struct RemoteOption: ParsableArguments {
    @Option(
        name: .customLong("remote"),
        help: ArgumentHelp(
            "A bucket or a folder for the old segments of topics with remote.storage.enable=true. Default: LEAT_REMOTE.",
            discussion: """
                Sealed segments are copied there; local.retention.bytes and local.retention.ms say what stays on this disk as well, \
                retention.bytes and retention.ms what stays at all. Clients read both alike. The same place has to be given at every start. \
                s3:// takes AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_REGION and AWS_ENDPOINT_URL_S3 (MinIO, GCS) from \
                the environment.
                """,
            valueName: "s3://bucket/prefix|folder"))
    var place: String?

    /// Nil where none is named.
    func store() throws -> (any ObjectStore)? { try Self.store(place) }

    /// The store at `place`, else the one that LEAT_REMOTE names.
    static func store(_ place: String? = nil) throws -> (any ObjectStore)? {
        guard let place = place ?? ProcessInfo.processInfo.environment["LEAT_REMOTE"], !place.isEmpty else { return nil }
        do throws(ObjectStoreError) {
            if place.lowercased().hasPrefix("s3://") { return try S3Store(url: place) }
            guard !place.contains("://") else {
                throw ObjectStoreError(.invalidRequest, at: place, "is neither s3://bucket/prefix nor a folder")
            }
            return try FolderStore(path: place)
        } catch {
            throw CommandFailure("the remote store \(error)")
        }
    }
}
