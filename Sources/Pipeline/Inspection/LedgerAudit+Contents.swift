import Coordination
import Streams

extension LedgerAudit {
    /// What was read is what the input holds below the position.
    mutating func checkInputs() {
        for standing in standings where standing.stage.isPure && !moved.contains(standing.stage.name) {
            guard let census = census(standing.partition) else { continue }
            if census.start > standing.position {
                expect(
                    .retention, standing.stage, standing.partition, Int(standing.position), Int(census.start),
                    "the stage stands at offset \(standing.position), and the topic begins at \(census.start): what is between was never handled")
            }
            guard census.isWhole else { continue }
            // A companion of a merged record is proven by the record: without it, that one would be a dead letter.
            guard standing.counts || standing.stage.shape == .joined else { continue }
            let read = standing.counts ? standing.ledger.in : partner(of: standing)?.ledger.in
            guard let read else { continue }
            let present = census.records(below: standing.position, for: standing.stage)
            expect(
                .input, standing.stage, standing.partition, present, read,
                "the ledger counts \(read) records in, and the topic holds \(present) below the position \(standing.position)")
        }
    }

    /// The input of a join that is counted, for the same partition number.
    private func partner(of standing: Standing) -> Standing? {
        standings(of: standing.stage).first { $0.counts && $0.partition.partition == standing.partition.partition }
    }

    /// What passed is what the output holds: partition by partition where the stage keeps partitions, else in all.
    mutating func checkOutputs() throws {
        for stage in map.stages where !standings(of: stage).isEmpty {
            guard let topic = stage.outputs.first, stage.outputs.count == 1, map.writers(of: topic).count == 1, let parts = partitions(of: topic) else {
                continue
            }
            guard parts.allSatisfy(\.isWhole) else { continue }
            compare(.output, stage, parts, counted: { $0.records - $0.retried.count }, ledger: { $0.out }, "passed", "holds")
        }
    }

    mutating func checkRejections() throws {
        var byName: [String: [PipelineMap.Stage]] = [:]
        for stage in map.stages where stage.rejections != nil && !standings(of: stage).isEmpty { byName[stage.rejectionName, default: []].append(stage) }
        for (name, stages) in byName.sorted(by: { $0.key < $1.key }) {
            guard let topic = stages[0].rejections, let parts = partitions(of: topic), parts.allSatisfy(\.isWhole) else { continue }
            let rejecting = stages.filter { ledger(of: $0).rejected > 0 }
            if stages.count == 1 || rejecting.count == 1, let stage = rejecting.first ?? stages.first {
                compare(.rejections, stage, parts, counted: { $0.rejections[name] ?? 0 }, ledger: { $0.rejected }, "rejected", "holds of it")
            } else {
                let rejected = stages.reduce(0) { $0 + ledger(of: $1).rejected }
                let present = parts.reduce(0) { $0 + ($1.rejections[name] ?? 0) }
                let names = stages.map(\.name).joined(separator: " and ")
                expect(.rejections, stages[0], nil, rejected, present, "\(names) rejected \(rejected) records by their ledgers, and \(topic) holds \(present) of them")
            }
        }
    }

    mutating func checkDeadLetters() throws {
        for stage in map.stages where !standings(of: stage).isEmpty {
            guard let parts = partitions(of: stage.deadLetters), parts.allSatisfy(\.isWhole) else { continue }
            for standing in standings(of: stage) where standing.counts {
                let present = parts.reduce(0) { $0 + ($1.deadLetters[standing.partition] ?? 0) }
                expect(
                    .deadLetters, stage, standing.partition, standing.ledger.dead, present,
                    "the ledger counts \(standing.ledger.dead) dead, and \(stage.deadLetters) holds \(present) from there")
            }
        }
    }

    /// What the stage before passed is what this one has read or still has before it. Needs no whole topic.
    mutating func checkUpstream() {
        for stage in map.stages where stage.isPure && !moved.contains(stage.name) {
            for (index, topic) in stage.inputs.enumerated() where stage.shape == .joined || stage.counts(input: index) {
                let writers = map.writers(of: topic)
                guard writers.count == 1, let writer = writers.first, !standings(of: writer).isEmpty, let parts = partitions(of: topic) else { continue }
                let mine = standings(of: stage).filter { $0.partition.topic == topic }
                guard mine.count == parts.count, parts.allSatisfy({ part in mine.contains { $0.partition == part.partition && $0.position >= part.start } })
                else { continue }
                // What was put back and has gone from the topic is counted nowhere else.
                guard parts.allSatisfy(\.isWhole) || !putBackTopics.contains(topic) else { continue }
                let passed = ledger(of: writer).out + parts.reduce(0) { $0 + $1.retried(for: stage) }
                var read = 0
                for standing in mine {
                    guard let part = census(standing.partition) else { continue }
                    read += (standing.counts ? standing.ledger.in : partner(of: standing)?.ledger.in ?? 0)
                    read += part.records(below: .max, for: stage) - part.records(below: standing.position, for: stage)
                }
                expect(
                    .upstream, stage, nil, passed, read,
                    "\(writer.name) passed \(passed) records into \(topic) by its ledger, and \(stage.name) has read or still has before it \(read)")
            }
        }
    }

    private mutating func compare(
        _ check: AuditReport.Check, _ stage: PipelineMap.Stage, _ parts: [PartitionCensus], counted: (PartitionCensus) -> Int, ledger: (Ledger) -> Int,
        _ did: String, _ has: String
    ) {
        let counting = standings(of: stage).filter(\.counts)
        let keepsPartitions = !stage.hasOneTask && stage.isPure && counting.count == parts.count
        guard keepsPartitions else {
            let said = counting.reduce(0) { $0 + ledger($1.ledger) }
            let present = parts.reduce(0) { $0 + counted($1) }
            let topic = parts.first?.partition.topic ?? ""
            return expect(check, stage, nil, said, present, "by its ledger the stage \(did) \(said) records, and \(topic) \(has) \(present)")
        }
        for part in parts {
            guard let standing = counting.first(where: { $0.partition.partition == part.partition.partition }) else { continue }
            let said = ledger(standing.ledger)
            let present = counted(part)
            expect(check, stage, part.partition, said, present, "by its ledger the stage \(did) \(said) records there, and the topic \(has) \(present)")
        }
    }
}
