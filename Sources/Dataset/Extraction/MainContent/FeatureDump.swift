/// What training needs to know of a page: a debugging entry, open to this package alone.
///
/// One page is: blocks, width, page width, containers (u32 each), page numbers (f32), rows (f32), then for each block
/// its container, family, 1 + last heading, text bytes, count of first words and their hashes, and for each container its parent, its grown parent, first block, count of
/// class words and their hashes (u32 each), then the text of all blocks, in order. Little endian.
package enum FeatureDump {
    package static func page(html: UnsafeRawBufferPointer, url: String?) throws -> [UInt8] {
        let tree = try MarkupTree(html: html, limits: MarkupLimits())
        let (page, signals, _) = MetadataReader.read(tree, url: url)
        let layout = BlockBuilder.layout(of: tree, title: page.title ?? "", description: page.description ?? "")
        let context = LayoutContext(layout)
        var features = BlockFeatures(layout, context, signals)
        features.fillBlocks(pageScores: [])
        var values: [Float] = []
        for index in layout.blocks.indices {
            for column in 0..<features.width { values.append(features.tiles[index, column]) }
        }
        var lastHeading = -1
        var out: [UInt8] = []
        func add(_ number: Int) { withUnsafeBytes(of: UInt32(clamping: number).littleEndian) { out.append(contentsOf: $0) } }
        add(layout.blocks.count)
        add(features.width)
        add(features.page.count)
        add(layout.containers.count)
        for value in features.page + values { add(Int(value.bitPattern)) }
        for (index, block) in layout.blocks.enumerated() {
            add(Int(block.container))
            add(Int(context.family[index]))
            if block.surroundings.contains(.heading) { lastHeading = index }
            add(lastHeading + 1)
            add(Int(block.textEnd - block.textStart))
            let hashes = layout.wordHashes[Int(block.firstHash)..<Int(block.endHash)]
            add(hashes.count)
            for hash in hashes { add(Int(hash)) }
        }
        for (index, container) in layout.containers.enumerated() {
            var words: [UInt32] = []
            tree.forEachAttribute(of: Int(container.node)) { name, value in
                guard name == .class || name == .id || name == .role || name == .itemprop else { return }
                MarkupWords.forEachWord(in: value) { words.append($0) }
            }
            add(Int(container.parent))
            add(Int(context.grown[index]))
            add(Int(container.firstBlock))
            add(words.count)
            for word in words { add(Int(word)) }
        }
        for block in layout.blocks { out.append(contentsOf: layout.utf8(of: block)) }
        return out
    }
}
