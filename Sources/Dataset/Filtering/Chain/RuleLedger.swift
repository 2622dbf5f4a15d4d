/// Collects what the rules of one filter measure, and the first that refuses.
///
/// Rules after the first refusal go on measuring, so that reports show what another threshold would do.
struct RuleLedger {
    let filter: String
    private(set) var measured: [Measurement] = []
    private(set) var rejection: Rejection?

    init(filter: String) {
        self.filter = filter
        measured.reserveCapacity(20)
    }

    mutating func note(_ name: String, _ value: Double?) {
        measured.append(Measurement(filter: filter, name: name, value: value))
     }

    mutating func refuse(_ rule: String, _ value: Double?, threshold: Double?) {
        if rejection == nil {
            rejection = Rejection(filter: filter, rule: rule, value: value, threshold: threshold)
        }
    }

    /// Refuses more than the threshold; a threshold of 0 turns the rule off.
    mutating func refuse(_ rule: String, _ value: Double?, above threshold: Double) {
        if threshold != 0, let value, value > threshold { refuse(rule, value, threshold: threshold) }
    }

    /// Refuses less than the threshold; a threshold of 0 turns the rule off.
    mutating func refuse(_ rule: String, _ value: Double?, below threshold: Double) {
        if threshold != 0, let value, value < threshold { refuse(rule, value, threshold: threshold) }
    }
}

/// A share, nil where there is nothing to divide by.
func share(_ part: Int, of whole: Int) -> Double? {
    whole == 0 ? nil : Double(part) / Double(whole)
}
