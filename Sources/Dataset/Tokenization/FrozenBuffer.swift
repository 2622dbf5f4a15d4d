/// Memory that is filled once and then only read: the tables of a loaded vocabulary.
///
/// Reading through `base` costs one load, with no bounds check and no reference counting; the tables' own code keeps indices in range.
/// `@unchecked Sendable` holds because the memory is written in `init` alone and freed in `deinit` alone, and elements are plain bits.
final class FrozenBuffer<Element: BitwiseCopyable & Sendable>: @unchecked Sendable {
    let base: UnsafePointer<Element>
    let count: Int
    private let memory: UnsafeMutablePointer<Element>

    /// A copy of `elements`, followed by `padding` further elements for loads that reach past the end.
    init(_ elements: [Element], padding: (count: Int, element: Element)? = nil) {
        let total = elements.count + (padding?.count ?? 0)
        let memory = UnsafeMutablePointer<Element>.allocate(capacity: max(total, 1))
        elements.withUnsafeBufferPointer { source in
            if let start = source.baseAddress { memory.initialize(from: start, count: source.count) }
        }
        if let padding {
            (memory + elements.count).initialize(repeating: padding.element, count: padding.count)
        }
        self.memory = memory
        base = UnsafePointer(memory)
        count = elements.count
    }

    deinit { memory.deallocate() }
}
