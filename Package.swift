// swift-tools-version: 6.1
// The architecture, as the build sees it: a target may import what is named beside it, and nothing else.
// The folder tree has the same shape: Sources/<group>/<target>, Tests/<group>/<target>Tests.
import PackageDescription

/// What set-up builds or unpacks for this checkout alone (lexbor, Arrow, models): see ops/setup.
let local = Context.packageDirectory + "/.local"

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableExperimentalFeature("Lifetimes"),
]

/// A Swift library under Sources/<group>, with the test target that mirrors it.
func library(
    _ group: String, _ name: String, uses: [Target.Dependency] = [], testsUse: [Target.Dependency] = [], testData: [String] = []
) -> [Target] {
    [
        .target(name: name, dependencies: uses, path: "Sources/\(group)/\(name)", swiftSettings: strict),
        .testTarget(
            name: name + "Tests", dependencies: [.init(stringLiteral: name)] + uses + testsUse,
            path: "Tests/\(group)/\(name)Tests", exclude: testData, swiftSettings: strict),
    ]
}

/// A C library of Debian's: headers and a link line, no code.
func system(_ name: String) -> [Target] { [.systemLibrary(name: name, path: "Sources/\(name)")] }

/// A small C or C++ target: the face of one foreign library, or a SIMD kernel.
func shim(
    _ name: String, links: [String] = [], flags: [String] = [], linkFlags: [String] = []
) -> [Target] {
    [
        .target(
            name: name, path: "Sources/\(name)",
            cSettings: [.unsafeFlags(["-O3"] + flags)],
            cxxSettings: [.unsafeFlags(["-O2"] + flags)],
            linkerSettings: links.map { .linkedLibrary($0) } + (linkFlags.isEmpty ? [] : [.unsafeFlags(linkFlags)]))
    ]
}

let foreign: [Target] =
    system("CZstd") + system("CLZ4") + system("CSnappy") + system("CZlib") + system("CDeflate")
    + system("CBrotli") + system("CRocksDB") + system("CUchardet") + system("CRdkafka")
    + shim("CChecksum")
    + shim("CMinHash")
    + shim("CPosix")
    + shim("CTreeEnsemble")
    + shim("CCurl", links: ["curl"])
    + shim("CICU", links: ["icuuc", "icui18n", "icudata"])
    + shim("CFastText", links: ["fasttext", "stdc++"])
    + shim("CSentencePiece", links: ["sentencepiece", "stdc++"])
    + shim("CLexbor", flags: ["-I\(local)/include"], linkFlags: ["-L\(local)/lib", "-llexbor_static", "-lm"])
    + shim(
        "CArrow", links: ["stdc++"], flags: ["-I\(local)/arrow/include", "-std=c++20"],
        linkFlags: ["-L\(local)/arrow/lib", "-larrow", "-lparquet", "-Xlinker", "-rpath", "-Xlinker", "\(local)/arrow/lib"])

let engine: [Target] =
    library("Engine", "SystemIO", uses: ["CPosix"])
    + library("Engine", "Records", uses: ["CChecksum", "CZstd", "CLZ4", "CSnappy", "CZlib"])
    + library("Engine", "ObjectStore", uses: ["SystemIO", "CCurl", .product(name: "Crypto", package: "swift-crypto")])
    + library(
        "Engine", "LogStorage", uses: ["SystemIO", "Records", "ObjectStore", .product(name: "Crypto", package: "swift-crypto")])
    + library("Engine", "KafkaWire", testData: ["Golden"])
    + library("Engine", "Coordination", uses: ["Records"])
    + library("Engine", "Broker", uses: ["SystemIO", "Records", "LogStorage", "Coordination", "ObjectStore"])
    + library("Engine", "LogClient", uses: ["AccessControl", "Broker", "Records", "Coordination", "LogStorage", "CRdkafka"])
    + library("Engine", "StateStore", uses: ["SystemIO", "CRocksDB"])
    + library(
        "Engine", "Streams", uses: ["LogClient", "StateStore", "Records", "Coordination"], testsUse: ["SystemIO", "Broker", "KafkaServer", "AccessControl", "CRdkafka"])

let server: [Target] =
    library(
        "Engine", "AccessControl",
        uses: ["SystemIO", .product(name: "Crypto", package: "swift-crypto"), .product(name: "CryptoExtras", package: "swift-crypto")])
    + library(
        "Engine", "KafkaServer",
        uses: [
            "AccessControl", "Broker", "Coordination", "KafkaWire", "LogStorage", "Records", "SystemIO",
            .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
            .product(name: "NIOConcurrencyHelpers", package: "swift-nio"), .product(name: "NIOSSL", package: "swift-nio-ssl"),
        ], testsUse: ["ObjectStore"])

let dataset: [Target] =
    library("Dataset", "Documents", uses: [.product(name: "SwiftProtobuf", package: "swift-protobuf")])
    + library("Dataset", "WebArchive", uses: ["ObjectStore", "CDeflate", "CZlib", "CZstd", "CLZ4", "CBrotli"])
    + library("Dataset", "Extraction", uses: ["CLexbor", "CUchardet", "CICU", "CFastText", "CTreeEnsemble"])
    + library("Dataset", "Filtering", uses: ["CICU"])
    + library("Dataset", "Deduplication", uses: ["CMinHash", "CICU", .product(name: "Crypto", package: "swift-crypto")])
    + library("Dataset", "Tokenization", uses: ["CSentencePiece", "CZlib"])
    + library("Dataset", "Shards", uses: ["ObjectStore", "CArrow", .product(name: "Crypto", package: "swift-crypto")])

let pipeline: [Target] =
    [
        .target(
            name: "Pipeline",
            dependencies: [
                "Streams", "LogClient", "Broker", "Coordination", "StateStore", "Records", "ObjectStore", "Documents", "WebArchive", "Extraction",
                "Filtering", "Deduplication", "Tokenization", "Shards", .product(name: "Yams", package: "Yams"),
                .product(name: "Crypto", package: "swift-crypto"), .product(name: "SwiftProtobuf", package: "swift-protobuf"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "PipelineTests",
            dependencies: [
                "Pipeline", "Streams", "LogClient", "Broker", "Coordination", "Records", "StateStore", "Documents", "WebArchive",
                "Deduplication", "Filtering", .product(name: "SwiftProtobuf", package: "swift-protobuf"),
            ], swiftSettings: strict),
        .target(
            name: "Console",
            dependencies: [
                "Streams", .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ], swiftSettings: strict),
        .testTarget(name: "ConsoleTests", dependencies: ["Console", "Streams"], swiftSettings: strict),
        .executableTarget(
            name: "leat",
            dependencies: [
                "Pipeline", "Console", "Streams", "LogClient", "Broker", "KafkaServer", "AccessControl", "LogStorage", "Coordination", "Records",
                "StateStore", "SystemIO", "ObjectStore", "Documents",
                .product(name: "SwiftProtobuf", package: "swift-protobuf"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "leatTests",
            dependencies: [
                "leat", "AccessControl", "Console", "LogClient", "Broker", "Coordination", "LogStorage", "Records", "StateStore", "Documents", "CRdkafka",
                .product(name: "SwiftProtobuf", package: "swift-protobuf"),
            ], swiftSettings: strict),
        .testTarget(name: "ArchitectureTests", swiftSettings: strict),
        // Measures the log beside plain system calls: benchmarks/log/run.
        .executableTarget(
            name: "LogBench", dependencies: ["LogStorage", "Records", "SystemIO"], path: "benchmarks/log/LogBench", swiftSettings: strict),
    ]

// Fuzzing of the engine's parsers, for ops/lib/fuzz-test alone: nobody else builds it.
let fuzzing: [Target] =
    Context.environment["LEAT_FUZZER"] == nil
    ? []
    : [
        .executableTarget(
            name: "EngineFuzzer",
            dependencies: ["AccessControl", "Coordination", "KafkaWire", "LogStorage", "ObjectStore", "Records", "SystemIO"], path: "ops/fuzz",
            swiftSettings: strict + [.unsafeFlags(["-parse-as-library"])])
    ]

let package = Package(
    name: "leat",
    products: [
        .executable(name: "leat", targets: ["leat"]),
        // For stages of one's own: Pipeline's StageProgram, and what a processor sees.
        .library(name: "LeatStages", targets: ["Pipeline", "Streams", "StateStore", "LogClient", "Records"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: foreign + engine + server + dataset + pipeline + fuzzing)
