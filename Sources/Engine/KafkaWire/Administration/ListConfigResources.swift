// ListConfigResourcesRequest and ListConfigResourcesResponse (source: Kafka's message definitions of these names), versions 0 to 1;
// compact lengths and tag sections in all of them.

/// Request.
public struct ListConfigResourcesRequest: WireRequest {
    public typealias Response = ListConfigResourcesResponse
    public static var apiKey: ApiKey { .listConfigResources }

    public var resourceTypes: [Int8] = []

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.array(&resourceTypes, "resourceTypes", from: 1)
    }
}

/// Response.
public struct ListConfigResourcesResponse: WireMessage {
    public static var apiKey: ApiKey { .listConfigResources }

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
    public struct ConfigResource: WireStruct {
        public var resourceName = ""
        public var resourceType: Int8 = 16

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.string(&resourceName, "resourceName")
            try coder.int8(&resourceType, "resourceType", from: 1)
        }
    }
}
