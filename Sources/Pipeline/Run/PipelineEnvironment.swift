import Crypto
import Extraction
import Filtering
import FoundationEssentials
import Tokenization

/// Where a pipeline finds what it needs beside its recipe: models, list files, places for outputs.
public struct PipelineEnvironment: Sendable {
    /// The data folder: `<data>/shards`, `<data>/lake` and `<data>/report.html` are made in it.
    public var dataFolder: String
    /// Where ops/setup puts models: `lid.176.ftz`, `tokenizers/<name>/`.
    public var modelsFolder: String
    /// Names the program in lineage.
    public var build: String

    public init(dataFolder: String, modelsFolder: String, build: String) {
        self.dataFolder = dataFolder
        self.modelsFolder = modelsFolder
        self.build = build
    }

    func digest(ofFile path: String) throws -> String {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw PipelineError("\(path) cannot be read; ops/setup installs the models")
        }
        return PageIdentity.hexadecimal(SHA256.hash(data: data))
    }

    func text(ofFile path: String) throws -> String {
        guard let data = FileManager.default.contents(atPath: path) else { throw PipelineError("\(path) cannot be read") }
        return String(decoding: data, as: UTF8.self)
    }
}
