// DescribeConfigsRequest and DescribeConfigsResponse (source: Kafka's message definitions of these names), versions 1 to 4;
// compact lengths and tag sections from 4.

/// Asks for the settings of topics, brokers and others.
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
    /// What is asked of one resource.
    public struct Resource: WireStruct {
        /// 2 topic, 4 broker, 8 broker logger, 16 client metrics, 32 group.
        public var resourceType: Int8 = 0
        public var resourceName = ""
        /// The settings wanted; null: all.
        public var configurationKeys: [String]?

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.int8(&resourceType, "resourceType")
            try coder.string(&resourceName, "resourceName")
            try coder.nullableArray(&configurationKeys, "configurationKeys")
        }
    }
}

/// The settings.
public struct DescribeConfigsResponse: WireMessage {
    public static var apiKey: ApiKey { .describeConfigs }

    /// How long the client should stay silent because it went over a quota.
    public var throttleTimeMilliseconds: Int32 = 0
    public var results: [Result] = []

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.int32(&throttleTimeMilliseconds, "throttleTimeMilliseconds")
        try coder.array(&results, "results")
    }
}

extension DescribeConfigsResponse {
    /// The settings of one resource.
    public struct Result: WireStruct {
        public var errorCode: Int16 = 0
        public var errorMessage: String?
        /// 2 topic, 4 broker, 8 broker logger, 16 client metrics, 32 group.
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

    /// One setting.
    public struct Entry: WireStruct {
        public var name = ""
        /// Null: none.
        public var value: String?
        /// Whether the setting cannot be changed while the broker runs.
        public var readOnly = false
        /// Where the setting is made: 1 topic, 2 and 3 broker while running, 4 broker at start, 5 default, 6 broker logger, 7 client metrics, 8 group; -1: not known.
        public var configSource: Int8 = -1
        /// Whether the value is secret, and therefore null.
        public var isSensitive = false
        public var synonyms: [Synonym] = []
        /// 0 unknown, 1 boolean, 2 string, 3 int, 4 short, 5 long, 6 double, 7 list, 8 class, 9 password.
        public var configType: Int8 = 0
        /// The setting explained, where that was asked for.
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

    /// Another place where the setting is made, in the order in which they count.
    public struct Synonym: WireStruct {
        public var name = ""
        /// Null: none.
        public var value: String?
        /// As `configSource`.
        public var source: Int8 = 0

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.string(&name, "name")
            try coder.nullableString(&value, "value")
            try coder.int8(&source, "source")
        }
    }
}
