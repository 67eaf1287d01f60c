package dev.muster.scheduler.cluster;

import dev.muster.scheduler.document.Fields;
import dev.muster.scheduler.job.Quantity;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Reads the sharing policy of a cluster file. */
final class PolicyFields {

    private final Fields file;

    PolicyFields(Fields file) {
        this.file = file;
    }

    PolicySpec read() {
        return file.mapping("policy").map(PolicyFields::policy).orElse(PolicySpec.DEFAULT);
    }

    private static PolicySpec policy(Fields fields) {
        PolicySpec usual = PolicySpec.DEFAULT;
        PolicySpec policy = new PolicySpec(
                fields.truth("preemption").orElse(usual.preemption()),
                fields.truth("consolidation").orElse(usual.consolidation()),
                fields.choice("backfill", new TreeMap<>(Map.of("easy", true, "none", false)))
                        .orElse(usual.backfill()),
                fields.truth("priorityAcrossQueues").orElse(usual.priorityAcrossQueues()),
                fields.parsed("restartCost", Quantity.DURATION_EXAMPLE, Quantity::duration)
                        .orElse(usual.restartCost()),
                fields.mapping("fairShare").flatMap(PolicyFields::halfLife));
        fields.end();
        return policy;
    }

    private static Optional<Duration> halfLife(Fields fairShare) {
        fairShare.require("halfLife", "24h");
        Optional<Duration> halfLife = fairShare.parsed("halfLife", Quantity.DURATION_EXAMPLE, Quantity::duration);
        if (halfLife.filter(Duration::isZero).isPresent()) {
            fairShare.problem("halfLife", "is 0s; give more than zero, or leave fairShare out");
        }
        fairShare.end();
        return halfLife;
    }
}
