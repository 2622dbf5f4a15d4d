// DescribeConfigsRequest and DescribeConfigsResponse (source: Kafka's message definitions of these names), versions 1 to 4;
// compact lengths and tag sections from 4.

/// Request.
public struct DescribeConfigsRequest: WireRequest {
    public typealias Response = DescribeConfigsResponse
    public static var apiKey: ApiKey { .describeConfigs }

    public var resources: [Resource] = []
    public var includeSynonyms = false
    public var includeDocumentation = false

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.array(&resources, "resources")
        try coder.bool(&includeSynonyms, "includeSynonyms")
        try coder.bool(&includeDocumentation, "includeDocumentation", from: 3)
    }
}

extension DescribeConfigsRequest {
    public struct Resource: WireStruct {
        public var resourceType: Int8 = 0
        public var resourceName = ""
        public var configurationKeys: [String]?

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.int8(&resourceType, "resourceType")
            try coder.string(&resourceName, "resourceName")
            try coder.nullableArray(&configurationKeys, "configurationKeys")
        }
    }
}

/// Response.
public struct DescribeConfigsResponse: WireMessage {
    public static var apiKey: ApiKey { .describeConfigs }

    public var throttleTimeMilliseconds: Int32 = 0
    public var results: [Result] = []

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.int32(&throttleTimeMilliseconds, "throttleTimeMilliseconds")
        try coder.array(&results, "results")
    }
}

extension DescribeConfigsResponse {
    public struct Result: WireStruct {
        public var errorCode: Int16 = 0
        public var errorMessage: String?
        public var resourceType: Int8 = 0
        public var resourceName = ""
        public var configs: [Entry] = []

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.int16(&errorCode, "errorCode")
            try coder.nullableString(&errorMessage, "errorMessage")
            try coder.int8(&resourceType, "resourceType")
            try coder.string(&resourceName, "resourceName")
            try coder.array(&configs, "configs")
        }
    }

    public struct Entry: WireStruct {
        public var name = ""
        public var value: String?
        public var readOnly = false
        public var configSource: Int8 = -1
        public var isSensitive = false
        public var synonyms: [Synonym] = []
        public var configType: Int8 = 0
        public var documentation: String?

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.string(&name, "name")
            try coder.nullableString(&value, "value")
            try coder.bool(&readOnly, "readOnly")
            try coder.int8(&configSource, "configSource")
            try coder.bool(&isSensitive, "isSensitive")
            try coder.array(&synonyms, "synonyms")
            try coder.int8(&configType, "configType", from: 3)
            try coder.nullableString(&documentation, "documentation", from: 3)
        }
    }

    public struct Synonym: WireStruct {
        public var name = ""
        public var value: String?
        public var source: Int8 = 0

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.string(&name, "name")
            try coder.nullableString(&value, "value")
            try coder.int8(&source, "source")
        }
    }
}
