package dev.muster.scheduler.cycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.scheduler.cluster.ClusterSnapshot;
import dev.muster.scheduler.cluster.HostSpec;
import dev.muster.scheduler.cluster.QueueSpec;
import dev.muster.scheduler.cycle.CyclePolicy.Order;
import dev.muster.scheduler.job.JobKey;
import dev.muster.scheduler.job.ResourceVector;
import dev.muster.scheduler.placement.ConsolidatingPlacer;
import dev.muster.scheduler.placement.GangRequest;
import dev.muster.scheduler.queue.QueueTree;
import dev.muster.scheduler.workload.RunningJob;
import dev.muster.scheduler.workload.WaitingJob;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Who has the least left to do runs, and nobody else is disturbed for it. */
class RepackingTest {

    private static final Instant NOW = Instant.EPOCH;
    private static final ResourceVector ONE = ResourceVector.of(1, 0, 0);

    private static SchedulingState state(Order order, int hosts, QueueSpec... queues) {
        ClusterSnapshot cluster = new ClusterSnapshot(List.of());
        for (int host = 1; host <= hosts; host++) {
            cluster.putHost(HostSpec.of("h" + host, List.of(), ONE.times(8)));
        }
        return SchedulingState.of(cluster, new QueueTree(List.of(queues)), List.of(), order);
    }

    private static WaitingJob job(String name, String queue, int accelerators, int minutes) {
        return new WaitingJob(
                new JobKey("default", name),
                queue,
                0,
                NOW,
                GangRequest.of(accelerators, ONE),
                Optional.of(Duration.ofMinutes(minutes)),
                true,
                Duration.ZERO,
                false,
                false,
                false);
    }

    private static WaitingJob job(String name, int accelerators, int minutes) {
        return job(name, "default", accelerators, minutes);
    }

    private static CycleResult decide(Order order, SchedulingState state, int minute) {
        CyclePolicy usual = CyclePolicy.DEFAULT;
        CyclePolicy policy = new CyclePolicy(
                order, false, true, false, false, usual.restartCost(), false, usual.plansPerQueue(), usual.plans());
        return new SchedulingCycle(new ConsolidatingPlacer(8), policy).decide(state, NOW.plusSeconds(60L * minute));
    }

    private static List<String> running(SchedulingState state) {
        return state.workload().running().stream()
                .map(RunningJob::key)
                .map(JobKey::name)
                .toList();
    }

    @Test
    void aShorterJobStopsTheOneWithMostLeftAndLeavesTheOtherWhereItIs() {
        SchedulingState state = state(Order.SRTF, 2);
        state.workload().submit(job("ten", 8, 10));
        state.workload().submit(job("fifty", 8, 50));
        decide(Order.SRTF, state, 0);

        state.workload().submit(job("twenty", 8, 20));
        CycleResult result = decide(Order.SRTF, state, 1);

        assertThat(running(state)).containsExactly("ten", "twenty");
        assertThat(result.starts()).singleElement().satisfies(start -> {
            assertThat(start.preemptions())
                    .extracting(preemption -> preemption.victim().key().name())
                    .containsExactly("fifty");
            assertThat(start.moves()).isEmpty();
        });
    }

    @Test
    void whatARunningJobHasLeftCountsAndNotWhatItOnceAskedFor() {
        SchedulingState state = state(Order.SRTF, 1);
        state.workload().submit(job("hour", 8, 60));
        decide(Order.SRTF, state, 0);

        state.workload().submit(job("half", 8, 30));
        decide(Order.SRTF, state, 45);

        assertThat(running(state)).containsExactly("hour");
    }

    @Test
    void bySmallestServiceALongJobOnOneAcceleratorComesBeforeAShortOneOnMany() {
        for (Order order : List.of(Order.SRTF, Order.SRSF)) {
            SchedulingState state = state(order, 1);
            state.workload().submit(job("narrow", 1, 60));
            state.workload().submit(job("wide", 8, 30));
            decide(order, state, 0);
            assertThat(running(state)).as(order.name()).containsExactly(order == Order.SRTF ? "wide" : "narrow");
        }
    }

    @Test
    void nobodyIsDisturbedWhenNobodyCouldStart() {
        SchedulingState state = state(Order.SRTF, 2);
        state.workload().submit(job("a", 5, 10));
        state.workload().submit(job("b", 5, 20));
        decide(Order.SRTF, state, 0);
        List<RunningJob> before = List.copyOf(state.workload().running());

        state.workload().submit(job("late", 8, 90));
        CycleResult result = decide(Order.SRTF, state, 1);

        assertThat(result.isQuiet()).isTrue();
        assertThat(result.waiting().values()).containsExactly(1);
        assertThat(List.copyOf(state.workload().running())).isEqualTo(before);
    }

    @Test
    void aJobThatDoesNotFitIsSkippedAndBlocksNobody() {
        SchedulingState state = state(Order.SRTF, 2);
        state.workload().submit(job("here", 4, 5));
        decide(Order.SRTF, state, 0);

        state.workload().submit(job("big", 16, 10));
        state.workload().submit(job("small", 4, 600));
        decide(Order.SRTF, state, 1);

        assertThat(running(state)).containsExactly("here", "small");
    }

    @Test
    void aQueueStaysBelowItsMaximumAlsoWhenItsShorterJobsComeFirst() {
        TreeMap<String, Long> max = new TreeMap<>();
        max.put(ResourceVector.ACCELERATORS, 8L);
        QueueSpec bounded = new QueueSpec("q", QueueSpec.ROOT, ResourceVector.ZERO, max, 1, true);
        SchedulingState state = state(Order.SRTF, 2, bounded);
        state.workload().submit(job("long", "q", 8, 50));
        decide(Order.SRTF, state, 0);

        state.workload().submit(job("short", "q", 4, 5));
        decide(Order.SRTF, state, 1);

        assertThat(running(state)).containsExactly("short");
        assertThat(state.queues().queue("q").orElseThrow().usage()).isEqualTo(ONE.times(4));
    }
}
