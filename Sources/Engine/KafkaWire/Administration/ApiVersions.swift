// ApiVersionsRequest and ApiVersionsResponse (source: Kafka's message definitions of these names), versions 0 to 4;
// compact lengths and tag sections from 3.

/// Request.
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

/// Response.
public struct ApiVersionsResponse: WireMessage {
    public static var apiKey: ApiKey { .apiVersions }

    public var errorCode: Int16 = 0
    public var apiKeys: [ApiVersion] = []
    public var throttleTimeMilliseconds: Int32 = 0
    public var supportedFeatures: [SupportedFeature] = []
    public var finalizedFeaturesEpoch: Int64 = -1
    public var finalizedFeatures: [FinalizedFeature] = []
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
    public struct ApiVersion: WireStruct {
        public var apiKey: Int16 = 0
        public var minVersion: Int16 = 0
        public var maxVersion: Int16 = 0

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.int16(&apiKey, "apiKey")
            try coder.int16(&minVersion, "minVersion")
            try coder.int16(&maxVersion, "maxVersion")
        }
    }

    public struct SupportedFeature: WireStruct {
        public var name = ""
        public var minVersion: Int16 = 0
        public var maxVersion: Int16 = 0

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.string(&name, "name")
            try coder.int16(&minVersion, "minVersion")
            try coder.int16(&maxVersion, "maxVersion")
        }
    }

    public struct FinalizedFeature: WireStruct {
        public var name = ""
        public var maxVersionLevel: Int16 = 0
        public var minVersionLevel: Int16 = 0

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.string(&name, "name")
            try coder.int16(&maxVersionLevel, "maxVersionLevel")
            try coder.int16(&minVersionLevel, "minVersionLevel")
        }
    }
}
