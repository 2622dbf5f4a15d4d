import Documents
public import LogClient
import Records
import Streams

/// Compares two topics record by record along the one order, in constant memory.
///
/// Records are the same where order key and key are. Both topics must be in order, as every topic of a stage is.
public struct TopicComparison {
    private let engine: any LogEngine
    private let exampleLimit: Int

    /// `exampleLimit`: of each kind.
    public init(_ engine: any LogEngine, exampleLimit: Int = 5) {
        self.engine = engine
        self.exampleLimit = exampleLimit
    }

    /// - Parameters:
    ///   - refusalsTowardsA: where to look for why a record is in B alone; `refusalsTowardsB` the other way round.
    ///   - replay: compares only what this replay read: B is its output.
    public func compare(
        _ a: String, _ b: String, refusalsTowardsA: [RejectionSource] = [], refusalsTowardsB: [RejectionSource] = [], replay: ReplayPlan? = nil
    ) throws -> ComparisonReport {
        var report = ComparisonReport(a: a, b: b)
        let left = try OrderedTopic(a, engine)
        let right = try OrderedTopic(b, engine)
        let towardsA = try RefusalFinder(refusalsTowardsA, engine)
        let towardsB = try RefusalFinder(refusalsTowardsB, engine)
        let read = try replay.map { try readOrders(of: $0) }
        var first = try left.next()
        var second = try right.next()
        while first != nil || second != nil {
            let order = [first?.order, second?.order].compactMap { $0 }.min() ?? OrderKey(0)
            let inA = first?.order == order ? first?.records ?? [] : []
            let inB = second?.order == order ? second?.records ?? [] : []
            if try inB.isEmpty && read.map({ try $0.records(at: order).isEmpty }) ?? false {
                report.leftOut += inA.count
            } else {
                try settle(order, inA, inB, towardsA, towardsB, &report)
            }
            if first?.order == order { first = try left.next() }
            if second?.order == order { second = try right.next() }
        }
        return report
    }

    /// What the replay read, by order key.
    private func readOrders(of plan: ReplayPlan) throws -> OrderedLookUp {
        let ranged = RangedEngine(engine, ranges: plan.ranges, sample: try plan.sample.map { try KeySample(share: $0) })
        return OrderedLookUp(try OrderedTopic(plan.ranges.first?.topic ?? "", ranged))
    }

    private typealias Placed = (partition: Int32, record: Record)

    private func settle(
        _ order: OrderKey, _ inA: [Placed], _ inB: [Placed], _ towardsA: RefusalFinder, _ towardsB: RefusalFinder,
        _ report: inout ComparisonReport
    ) throws {
        var left = inB
        for one in inA {
            if let index = left.firstIndex(where: { $0.record.key == one.record.key }) {
                pair(order, one, left.remove(at: index), &report)
            } else {
                try single(order, one, isA: true, towardsB, &report.onlyA)
            }
        }
        for one in left { try single(order, one, isA: false, towardsA, &report.onlyB) }
    }

    private func pair(_ order: OrderKey, _ a: Placed, _ b: Placed, _ report: inout ComparisonReport) {
        guard a.record.value != b.record.value else {
            report.same += 1
            return
        }
        let fields = DocumentDifference.fields(a.record.value, b.record.value)
        guard !fields.isEmpty else {
            report.sameButLineage += 1
            return
        }
        report.different += 1
        for field in fields { report.differences[field, default: 0] += 1 }
        guard report.differingExamples.count < exampleLimit else { return }
        var example = example(order, a, isA: true, reason: "differs in " + fields.joined(separator: ", "))
        example.inB = "\(b.partition):\(b.record.offset)"
        report.differingExamples.append(example)
    }

    private func single(_ order: OrderKey, _ one: Placed, isA: Bool, _ finder: RefusalFinder, _ side: inout ComparisonReport.Side) throws {
        let refusal = try finder.refusal(of: one.record, at: order)
        side.count += 1
        side.rules[refusal?.rule ?? "unknown", default: 0] += 1
        guard side.examples.count < exampleLimit else { return }
        side.examples.append(example(order, one, isA: isA, reason: refusal?.words ?? "no rejection is found on the other side"))
    }

    private func example(_ order: OrderKey, _ one: Placed, isA: Bool, reason: String) -> ComparisonReport.Example {
        let document = DocumentDifference.document(one.record.value)
        let place = "\(one.partition):\(one.record.offset)"
        return ComparisonReport.Example(
            key: one.record.key.map { String(decoding: $0, as: UTF8.self) } ?? "", order: "\(order)", inA: isA ? place : nil, inB: isA ? nil : place,
            url: document?.url ?? "", text: String((document?.text ?? "").prefix(160)), reason: reason)
    }
}

extension PipelineMap {
    /// Where to look for why a document is not in `topic`: the refusals of the stages that lead to it, from the nearest on.
    ///
    /// A topic that a replay made has its refusals beside it, in `topic.rejected`.
    public func refusals(towards topic: String, exists: (String) throws -> Bool) rethrows -> [RejectionSource] {
        var names: [String] = []
        var sources: [RejectionSource] = []
        if writers(of: topic).isEmpty {
            // A replay of some stage of ours: which one, its rejections say; each is looked for.
            guard try exists(topic + ".rejected") else { return [] }
            for name in stages.map(\.rejectionName) where !names.contains(name) { names.append(name) }
            return names.map { RejectionSource(topic: topic + ".rejected", stage: $0) }
        }
        var open = [topic]
        var seen: Set<String> = []
        while !open.isEmpty {
            let next = open.removeFirst()
            guard seen.insert(next).inserted else { continue }
            for stage in writers(of: next) {
                open += stage.inputs
                guard let rejections = stage.rejections, !names.contains(stage.rejectionName), try exists(rejections) else { continue }
                names.append(stage.rejectionName)
                sources.append(RejectionSource(topic: rejections, stage: stage.rejectionName))
            }
        }
        return sources
    }
}
