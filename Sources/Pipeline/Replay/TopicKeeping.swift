public import Coordination

/// What operators' tools need of a log beside its records: topics and groups made and removed, times found. One thread at a time.
public protocol TopicKeeping: AnyObject {
    /// Nil where there is no such topic.
    func describe(_ topic: String) throws -> (partitions: Int32, settings: [String: String])?
    func make(_ topic: String, partitions: Int32, settings: [String: String]) throws
    func remove(topic: String) throws
    /// Removes a group's positions. One that is not there is no error.
    func remove(group: String) throws
    /// The first record from a time on (milliseconds since 1970), or the end.
    func offsets(of partitions: [TopicPartition], atOrAfter milliseconds: Int64) throws -> [TopicPartition: Int64]
}

extension TopicKeeping {
    /// Makes a topic like another one, where it is not there yet. `what`: for the error.
    func make(_ topic: String, like model: String, partitions: Int32? = nil) throws {
        guard try describe(topic) == nil else { return }
        guard let found = try describe(model) else {
            throw PipelineError("there is no topic \(model) to make \(topic) like: run the pipeline there before replaying a part of it")
        }
        try make(topic, partitions: partitions ?? found.partitions, settings: found.settings)
    }
}
