// ListConfigResourcesRequest and ListConfigResourcesResponse (source: Kafka's message definitions of these names), versions 0 to 1;
// compact lengths and tag sections in all of them.

/// Asks which resources have settings.
public struct ListConfigResourcesRequest: WireRequest {
    public typealias Response = ListConfigResourcesResponse
    public static var apiKey: ApiKey { .listConfigResources }

    /// The types wanted; empty: client metrics in version 0, all from 1.
    public var resourceTypes: [Int8] = []

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.array(&resourceTypes, "resourceTypes", from: 1)
    }
}

/// The resources.
public struct ListConfigResourcesResponse: WireMessage {
    public static var apiKey: ApiKey { .listConfigResources }

    /// How long the client should stay silent because it went over a quota.
    public var throttleTimeMilliseconds: Int32 = 0
    public var errorCode: Int16 = 0
    public var configResources: [ConfigResource] = []

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.int32(&throttleTimeMilliseconds, "throttleTimeMilliseconds")
        try coder.int16(&errorCode, "errorCode")
        try coder.array(&configResources, "configResources")
    }
}

extension ListConfigResourcesResponse {
    /// One resource with settings.
    public struct ConfigResource: WireStruct {
        public var resourceName = ""
        /// 2 topic, 4 broker, 8 broker logger, 16 client metrics, 32 group.
        public var resourceType: Int8 = 16

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.string(&resourceName, "resourceName")
            try coder.int8(&resourceType, "resourceType", from: 1)
        }
    }
}
