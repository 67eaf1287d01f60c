package dev.muster.scheduler.preemption;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.scheduler.cluster.ClusterHost;
import dev.muster.scheduler.placement.TreeGangPlacer;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What trying everything finds is what the planner finds, on thousands of small clusters. */
class PreemptionPropertyTest {

    private static final int SEEDS = 5_000;
    private static final long MOST_SETS = 600;

    @Test
    void aPlanExistsWhereOneIsAllowedAndNoneIsCheaper() {
        int plans = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            SmallWorld world = new SmallWorld(new Random(seed), false);
            PreemptionPolicy policy = policy(seed, false);
            BruteForce bruteForce = new BruteForce(world, policy);
            if (startsAtOnce(world) || bruteForce.sets() > MOST_SETS) {
                continue;
            }
            Map<String, Long> before = free(world);
            PreemptionAnswer answer = world.cluster.ask(world.job, policy);
            assertThat(free(world))
                    .as("seed " + seed + ": asking changes nothing")
                    .isEqualTo(before);
            Optional<PlanCost> best = bruteForce.best();
            Optional<PlanCost> found =
                    answer instanceof PreemptionPlan plan ? Optional.of(plan.cost()) : Optional.empty();
            assertThat(found).as("seed " + seed).isEqualTo(best);
            if (answer instanceof PreemptionPlan plan) {
                plans++;
                assertThat(bruteForce.isRight(plan)).as("seed " + seed).isTrue();
                world.cluster.apply(plan, world.job);
            }
        }
        assertThat(plans).as("the worlds are worth looking at").isGreaterThan(SEEDS / 20);
    }

    private static PreemptionPolicy policy(long seed, boolean consolidation) {
        return new PreemptionPolicy(true, consolidation, seed % 3 == 0, true, Duration.ofSeconds(7));
    }

    /** Then nobody asks. */
    private static boolean startsAtOnce(SmallWorld world) {
        return new TreeGangPlacer()
                        .place(world.job.request(), world.cluster.snapshot)
                        .placed()
                        .isPresent()
                && world.cluster
                        .queues
                        .excess(world.job.queue(), world.job.request().leastTotal())
                        .isEmpty();
    }

    private static Map<String, Long> free(SmallWorld world) {
        Map<String, Long> free = new TreeMap<>();
        for (ClusterHost host : world.cluster.snapshot.hosts()) {
            for (String resource : world.cluster.snapshot.capacity().amounts().keySet()) {
                free.put(host.name() + "/" + resource, world.cluster.snapshot.free(host, resource));
            }
        }
        return free;
    }
}
