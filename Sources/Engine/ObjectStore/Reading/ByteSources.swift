/// Opens whatever a location names.
public enum ByteSources {
    /// Whether `location` is a URL that is read over the network.
    public static func isRemote(_ location: String) -> Bool {
        ["http://", "https://", "s3://"].contains { location.lowercased().hasPrefix($0) }
    }

    /// A source of the bytes at `location`: a path of this machine, `http://`, `https://`, or `s3://bucket/key` (settings from the environment, see ``S3Settings``).
    public static func open(_ location: String) throws(ObjectStoreError) -> any ByteSource {
        guard isRemote(location) else { return try FileByteSource(path: location) }
        guard location.lowercased().hasPrefix("s3://") else { return HTTPByteSource(url: location) }
        guard let parts = S3Settings.parse(location), !parts.key.isEmpty else {
            throw ObjectStoreError(.invalidRequest, at: location, "is not of the form s3://bucket/key")
        }
        return try S3Store(S3Settings.fromEnvironment(bucket: parts.bucket)).open(parts.key)
    }
}
