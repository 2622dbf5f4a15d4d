import Coordination
import Foundation
import LogClient
import Pipeline
import StateStore

/// How much of a stage's state a data folder has yet to restore: committed changelog entries that the state on disk does not include.
enum FolderRestoration {
    /// Up to so many offsets are looked at one by one: transactions' markers are no entries.
    private static let exactLimit: Int64 = 20_000
    /// What a commit that is just being made may leave, and no more, is none.
    private static let underWay = 1_000

    /// Nil where nothing is left, or the stage has no state.
    static func left(of stage: PipelineMap.Stage, folder: String, _ engine: any LogEngine) throws -> Int? {
        guard let topic = stage.changelog else { return nil }
        let count: Int32
        do { count = try engine.partitionCount(of: topic) } catch { if error.kind == .unknownTopic { return nil } else { throw error } }
        var left = 0
        for number in 0..<(stage.hasOneTask ? 1 : count) {
            let partition = TopicPartition(topic, number)
            let end = try engine.stableOffset(of: partition)
            let path = "\(folder)/state/\(stage.name)/\(number)"
            let position = FileManager.default.fileExists(atPath: path) ? try StateChoice.look(path) { $0.changelogOffset } : 0
            let start = max(position, try engine.startOffset(of: partition))
            guard start < end else { continue }
            guard end - start <= exactLimit else {
                left += Int(end - start)
                continue
            }
            try engine.forEachRecord(in: partition, from: start, upTo: end) { _ in
                left += 1
                return true
            }
        }
        return left > underWay ? left : nil
    }
}

/// Bytes of a folder's files; 0 where there is none.
enum FolderSize {
    static func bytes(_ folder: String) -> Int {
        let names = (try? FileManager.default.subpathsOfDirectory(atPath: folder)) ?? []
        return names.reduce(0) { sum, name in
            let attributes = try? FileManager.default.attributesOfItem(atPath: folder + "/" + name)
            return sum + (attributes?[.type] as? FileAttributeType == .typeRegular ? attributes?[.size] as? Int ?? 0 : 0)
        }
    }
}
