/// The rows of the second model: those of the first one, and how the first one judged a block's neighbours, its
/// containers and the blocks that look like it.
struct SecondLook {
    private let layout: PageLayout
    private let context: LayoutContext
    private let scores: [Float]
    /// Sums of words times score, and of words, before each block.
    private var mass: [Double] = [0]
    private var size: [Double] = [0]
    private var containerMass: [Double]
    private var containerSize: [Double]
    private var familyMass: [Double]
    private var familyScores: [Double]
    private let highest: Float

    static let addedColumns = 35

    init(_ layout: PageLayout, _ context: LayoutContext, scores: [Float]) {
        self.layout = layout
        self.context = context
        self.scores = scores
        highest = scores.max() ?? 0
        containerMass = [Double](repeating: 0, count: layout.containers.count)
        containerSize = containerMass
        familyMass = [Double](repeating: 0, count: context.families.count)
        familyScores = familyMass
        for (index, block) in layout.blocks.enumerated() {
            let words = Double(max(1, block.counts.words))
            let weighted = words * Double(scores[index])
            mass.append(mass[index] + weighted)
            size.append(size[index] + words)
            containerMass[Int(block.container)] += weighted
            containerSize[Int(block.container)] += words
            familyMass[Int(context.family[index])] += weighted
            familyScores[Int(context.family[index])] += Double(scores[index])
        }
        for index in stride(from: layout.containers.count - 1, to: 0, by: -1) {
            containerMass[Int(layout.containers[index].parent)] += containerMass[index]
            containerSize[Int(layout.containers[index].parent)] += containerSize[index]
        }
    }

    /// Writes its numbers into the rows for all blocks, `width` numbers after the start of each.
    func fill(_ tiles: FeatureTiles, width: Int) {
        var lastHeading = -1
        for index in layout.blocks.indices {
            if layout.blocks[index].surroundings.contains(.heading) { lastHeading = index }
            var row = tiles.row(index, from: width)
            addNumbers(index, lastHeading, &row)
            precondition(row.column == width + SecondLook.addedColumns, "addedColumns is not what is written")
        }
    }

    private func mean(_ from: Int, _ to: Int) -> Float { Float((mass[to] - mass[from]) / max(1, size[to] - size[from])) }

    private func addNumbers(_ index: Int, _ lastHeading: Int, _ row: inout FeatureTiles.Row) {
        let count = scores.count
        row.append(scores[index])
        for offset in [-4, -3, -2, -1, 1, 2, 3, 4] {
            let other = index + offset
            row.append(other >= 0 && other < count ? scores[other] : -1)
        }
        for reach in [3, 8, 20] { row.append(mean(max(0, index - reach), min(count, index + reach + 1))) }
        row.append(mean(0, index))
        row.append(mean(index + 1, count))
        var container = Int(layout.blocks[index].container)
        for _ in 0..<6 {
            row.append(Float(containerMass[container] / max(1, containerSize[container])))
            row.append(Float(containerMass[container] / max(1e-6, mass[count])))
            container = Int(context.grown[container])
        }
        let family = Int(context.family[index])
        let members = context.families[family]
        row.append(Float(familyMass[family] / max(1, Double(members.sizeOfWords))))
        row.append(Float(familyScores[family] / Double(max(1, members.blocks))))
        row.append(mean(0, count))
        row.append(Float(mass[count]))
        row.append(highest)
        row.append(lastHeading >= 0 ? scores[lastHeading] : -1)
        container = Int(context.grown[Int(layout.blocks[index].container)])
        for _ in 0..<3 {
            row.append(scores[Int(layout.containers[container].firstBlock)])
            container = Int(context.grown[container])
        }
    }
}
