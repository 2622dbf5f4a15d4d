// ApiVersionsRequest and ApiVersionsResponse (source: Kafka's message definitions of these names), versions 0 to 4;
// compact lengths and tag sections from 3.
// A broker answers a version that it does not know with a body of version 0 and the error 35 (UNSUPPORTED_VERSION).

/// Asks which versions of which APIs the broker speaks: a client's first request.
public struct ApiVersionsRequest: WireRequest {
    public typealias Response = ApiVersionsResponse
    public static var apiKey: ApiKey { .apiVersions }

    public var clientSoftwareName = ""
    public var clientSoftwareVersion = ""

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.string(&clientSoftwareName, "clientSoftwareName", from: 3)
        try coder.string(&clientSoftwareVersion, "clientSoftwareVersion", from: 3)
    }
}

/// The versions that the broker speaks.
public struct ApiVersionsResponse: WireMessage {
    public static var apiKey: ApiKey { .apiVersions }

    public var errorCode: Int16 = 0
    public var apiKeys: [ApiVersion] = []
    /// How long the client should stay silent because it went over a quota.
    public var throttleTimeMilliseconds: Int32 = 0
    public var supportedFeatures: [SupportedFeature] = []
    /// Grows with every change of `finalizedFeatures`; -1: not known.
    public var finalizedFeaturesEpoch: Int64 = -1
    public var finalizedFeatures: [FinalizedFeature] = []
    /// Of use in clusters that are moved off ZooKeeper; false here.
    public var zkMigrationReady = false

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.int16(&errorCode, "errorCode")
        try coder.array(&apiKeys, "apiKeys")
        try coder.int32(&throttleTimeMilliseconds, "throttleTimeMilliseconds", from: 1)
    }

    public mutating func codeTags(_ coder: inout WireCoder) throws(WireError) {
        if try coder.tag(0, isSet: !supportedFeatures.isEmpty) { try coder.array(&supportedFeatures, "supportedFeatures") }
        if try coder.tag(1, isSet: finalizedFeaturesEpoch != -1) { try coder.int64(&finalizedFeaturesEpoch, "finalizedFeaturesEpoch") }
        if try coder.tag(2, isSet: !finalizedFeatures.isEmpty) { try coder.array(&finalizedFeatures, "finalizedFeatures") }
        if try coder.tag(3, isSet: zkMigrationReady) { try coder.bool(&zkMigrationReady, "zkMigrationReady") }
    }
}

extension ApiVersionsResponse {
    /// The versions of one API.
    public struct ApiVersion: WireStruct {
        public var apiKey: Int16 = 0
        /// The lowest version.
        public var minVersion: Int16 = 0
        /// The highest version.
        public var maxVersion: Int16 = 0

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.int16(&apiKey, "apiKey")
            try coder.int16(&minVersion, "minVersion")
            try coder.int16(&maxVersion, "maxVersion")
        }
    }

    /// The levels of one feature that the broker supports.
    public struct SupportedFeature: WireStruct {
        public var name = ""
        /// The lowest version.
        public var minVersion: Int16 = 0
        /// The highest version.
        public var maxVersion: Int16 = 0

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.string(&name, "name")
            try coder.int16(&minVersion, "minVersion")
            try coder.int16(&maxVersion, "maxVersion")
        }
    }

    /// The levels of one feature that the cluster uses.
    public struct FinalizedFeature: WireStruct {
        public var name = ""
        /// The highest level in use.
        public var maxVersionLevel: Int16 = 0
        /// The lowest level in use.
        public var minVersionLevel: Int16 = 0

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.string(&name, "name")
            try coder.int16(&maxVersionLevel, "maxVersionLevel")
            try coder.int16(&minVersionLevel, "minVersionLevel")
        }
    }
}
