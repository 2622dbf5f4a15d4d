/// Bytes of the open shard that the system does not have yet.
struct TokenShardBuffers {
    /// Written out when the data reach this.
    static let limitBytes = 1 << 20

    var data: [UInt8] = []
    var lengths: [UInt8] = []

    /// Writes both at their places, counted from the ends that `shard` states, and empties the buffers.
    mutating func write(_ shard: ShardExtent, folder: LocalFolder, names: TokenShardNames) throws(ShardError) {
        try LocalFile(folder.file(names.dataPartial(shard.number)), .writeOrCreate)
            .write(data, at: shard.bytes - data.count)
        data.removeAll(keepingCapacity: data.capacity <= 4 * Self.limitBytes)
        guard names.settings.format.hasIndex else { return }
        try LocalFile(folder.file(names.lengthsPartial(shard.number)), .writeOrCreate)
            .write(lengths, at: 4 * shard.documents - lengths.count)
        lengths.removeAll(keepingCapacity: true)
    }
}
