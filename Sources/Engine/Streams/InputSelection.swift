import LogClient

/// Which front comes next, for each kind of stage.
///
/// Merging is what makes a dataset the same every time: records of many partitions are handled in the order of their keys, and
/// a partition with nothing at its front is waited for until its progress (a mark, or a later record) proves that nothing
/// smaller can still come.
enum InputSelection {
    /// The cursor whose front may be handled now, nil where one must be waited for.
    static func next(among cursors: [InputCursor]) throws(EngineError) -> (cursor: InputCursor, head: InputHead)? {
        var best: (cursor: InputCursor, head: InputHead)?
        var waiting: [InputCursor] = []
        for cursor in cursors {
            guard let head = try cursor.head() else {
                waiting.append(cursor)
                continue
            }
            if let current = best, current.head.order <= head.order { continue }
            best = (cursor, head)
        }
        guard let best else { return nil }
        for cursor in waiting {
            guard let progress = cursor.progress, progress >= best.head.order else { return nil }
        }
        return best
    }
}
