/// A sequence of bytes that can be read in order and taken up again at any place: a file, a web resource, an object in a bucket, memory.
///
/// Thread rule: one thread at a time. Limits: a source holds no more than one buffer of its own, whatever its length.
public protocol ByteSource: AnyObject {
    /// The path or URL, for messages; never with credentials.
    var location: String { get }

    /// The length in bytes, where it is known before the end is reached.
    var totalBytes: UInt64? { get }

    /// Goes on at `position` (bytes from the beginning). A position past the end is not an error: the next read returns 0.
    func move(to position: UInt64) throws(ObjectStoreError)

    /// Reads at most `buffer.count` bytes and says how many; 0 means the end (and only that, unless the buffer is empty).
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(ObjectStoreError) -> Int
}
