package dev.muster.scheduler.simulation;

import dev.muster.scheduler.cycle.CyclePolicy;
import dev.muster.scheduler.cycle.CyclePolicy.Order;
import dev.muster.scheduler.document.Fields;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The {@code policy} of a scenario. */
final class ScenarioPolicy {

    private final Fields scenario;

    ScenarioPolicy(Fields scenario) {
        this.scenario = scenario;
    }

    CyclePolicy read() {
        Optional<Fields> policy = scenario.mapping("policy");
        if (policy.isEmpty()) {
            return of(Order.MUSTER, true, true, false, false);
        }
        Fields fields = policy.get();
        Order order = fields.choice(
                        "order",
                        new TreeMap<>(Map.of(
                                "muster",
                                Order.MUSTER,
                                "fifo",
                                Order.FIFO,
                                "sjf",
                                Order.SJF,
                                "srtf",
                                Order.SRTF,
                                "srsf",
                                Order.SRSF)))
                .orElse(Order.MUSTER);
        boolean backfill = fields.choice("backfill", new TreeMap<>(Map.of("easy", true, "none", false)))
                .orElse(true);
        CyclePolicy read = of(
                order,
                backfill,
                fields.truth("preemption").orElse(true),
                fields.truth("consolidation").orElse(false),
                fields.truth("priorityAcrossQueues").orElse(false));
        fields.end();
        return read;
    }

    private static CyclePolicy of(
            Order order, boolean backfill, boolean preemption, boolean consolidation, boolean acrossQueues) {
        CyclePolicy usual = CyclePolicy.DEFAULT;
        return new CyclePolicy(
                order,
                backfill,
                preemption,
                consolidation,
                acrossQueues,
                usual.restartCost(),
                usual.elasticity(),
                usual.plansPerQueue(),
                usual.plans());
    }
}
