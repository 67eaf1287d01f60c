package dev.muster.scheduler.cycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.scheduler.cluster.ClusterSnapshot;
import dev.muster.scheduler.cluster.MaintenanceWindow;
import dev.muster.scheduler.cluster.QueueSpec;
import dev.muster.scheduler.job.JobKey;
import dev.muster.scheduler.placement.TreeGangPlacer;
import dev.muster.scheduler.plan.Reservation;
import dev.muster.scheduler.queue.QueueTree;
import dev.muster.scheduler.workload.RunningJob;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Where walltimes are true, nothing fails and nobody more important comes, nobody starts later than planned, however many others run
 * around it.
 */
class BackfillPropertyTest {

    private static final int STORIES = 300;
    private static final int JOBS = 14;
    private static final int MOST_MOMENTS = 400;
    private static final Instant BEGIN = Instant.parse("2026-11-01T00:00:00Z");

    private RandomGenerator random = generator(0);
    private int promised;
    private int overtaken;

    private static RandomGenerator generator(long seed) {
        return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }

    private static CyclePolicy policy(boolean elastic) {
        CyclePolicy usual = CyclePolicy.DEFAULT;
        return new CyclePolicy(
                usual.order(), true, false, false, false, usual.restartCost(), elastic, usual.plansPerQueue(), 8);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void nobodyStartsLaterThanPlanned(long first) {
        for (int number = 0; number < STORIES; number++) {
            story(first * 10_000 + number);
        }
        assertThat(promised).as("stories without plans prove nothing").isGreaterThan(STORIES);
        assertThat(overtaken).as("nor do those without backfill").isGreaterThan(STORIES / 2);
    }

    private void story(long seed) {
        random = generator(seed);
        RandomJobs jobs = new RandomJobs(random);
        ClusterSnapshot cluster = jobs.cluster();
        List<MaintenanceWindow> windows = new ArrayList<>();
        SchedulingState state =
                SchedulingState.of(cluster, new QueueTree(List.of(QueueSpec.unlimited("only"))), windows);
        SchedulingCycle cycle = new SchedulingCycle(new TreeGangPlacer(), policy(random.nextBoolean()));
        Map<JobKey, Instant> plans = new TreeMap<>();
        Instant now = BEGIN;
        Instant arrival = BEGIN;
        int submitted = 0;
        for (int moment = 0; moment < MOST_MOMENTS; moment++) {
            for (RunningJob run : List.copyOf(state.workload().byEnd())) {
                if (!run.endsAt().orElseThrow().isAfter(now)) {
                    state.stop(run.key());
                }
            }
            while (submitted < JOBS && !arrival.isAfter(now)) {
                // Each is less important than all before it.
                state.workload().submit(jobs.job("j" + submitted, "only", -submitted, now, false));
                submitted++;
                arrival = arrival.plusSeconds(random.nextInt(0, 15) * 60L);
            }
            Optional<Instant> change = settle("seed " + seed + " at " + now, cycle, state, plans, now);
            Optional<Instant> next = next(state, change, submitted < JOBS ? Optional.of(arrival) : Optional.empty());
            if (next.isEmpty()) {
                break;
            }
            assertThat(next.get()).isAfter(now);
            now = next.get();
        }
        plans.keySet()
                .forEach(key -> assertThat(state.workload().waiting(key))
                        .as("seed " + seed + ": " + key + " was planned and never started")
                        .isEmpty());
    }

    private Optional<Instant> settle(
            String name, SchedulingCycle cycle, SchedulingState state, Map<JobKey, Instant> plans, Instant now) {
        Optional<Instant> change = Optional.empty();
        boolean quiet = false;
        while (!quiet) {
            CycleResult result = cycle.decide(state, now);
            for (Start start : result.starts()) {
                Instant planned = plans.getOrDefault(start.job().key(), now);
                assertThat(now)
                        .as(name + ": " + start.job().key() + " was planned for " + planned)
                        .isBeforeOrEqualTo(planned);
                boolean ahead = state.workload().waiting().stream()
                        .anyMatch(job -> plans.containsKey(job.key())
                                && job.priority() > start.job().priority());
                overtaken += ahead ? 1 : 0;
            }
            for (Reservation plan : state.agenda().reservations()) {
                assertThat(plan.startAt()).as(name + ": " + plan).isAfter(now);
                promised += plans.putIfAbsent(plan.job().key(), plan.startAt()) == null ? 1 : 0;
            }
            change = result.nextChange();
            quiet = result.isQuiet();
        }
        return change;
    }

    private static Optional<Instant> next(SchedulingState state, Optional<Instant> change, Optional<Instant> arrival) {
        List<Instant> moments = new ArrayList<>();
        state.workload().byEnd().stream()
                .findFirst()
                .flatMap(RunningJob::endsAt)
                .ifPresent(moments::add);
        change.ifPresent(moments::add);
        arrival.ifPresent(moments::add);
        return moments.stream().min(Instant::compareTo);
    }
}
