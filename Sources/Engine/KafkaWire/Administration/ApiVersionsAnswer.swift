extension ApiVersionsResponse {
    /// Kafka's error code UNSUPPORTED_VERSION.
    private static var unsupportedVersionCode: Int16 { 35 }

    /// Names the versions of `keys`, in ascending order: give those that are truly served.
    public static func naming(_ keys: some Sequence<ApiKey> = ApiKey.allCases) -> ApiVersionsResponse {
        let versions = keys.sorted { $0.rawValue < $1.rawValue }.map { key in
            ApiVersion {
                $0.apiKey = key.rawValue
                $0.minVersion = key.lowestAdvertisedVersion
                $0.maxVersion = key.versions.upperBound
            }
        }
        return ApiVersionsResponse { $0.apiKeys = versions }
    }

    /// The answer to an ApiVersions request of a version outside of the table; write it in version 0, which every client
    /// reads (KIP-511). It names the versions of ApiVersions, from which the client chooses anew.
    public static var unsupportedVersion: ApiVersionsResponse {
        var answer = naming([.apiVersions])
        answer.errorCode = unsupportedVersionCode
        return answer
    }
}
