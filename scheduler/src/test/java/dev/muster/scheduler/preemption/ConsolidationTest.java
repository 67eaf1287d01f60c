package dev.muster.scheduler.preemption;

import static dev.muster.scheduler.preemption.BusyCluster.NOW;
import static dev.muster.scheduler.preemption.BusyCluster.gpus;
import static dev.muster.scheduler.preemption.BusyCluster.job;
import static dev.muster.scheduler.preemption.BusyCluster.movable;
import static dev.muster.scheduler.preemption.BusyCluster.queue;
import static dev.muster.scheduler.preemption.BusyCluster.safeFor;
import static dev.muster.scheduler.preemption.BusyCluster.stopped;
import static dev.muster.scheduler.preemption.BusyCluster.within;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.scheduler.cluster.ClusterHost;
import dev.muster.scheduler.cluster.QueueSpec;
import dev.muster.scheduler.placement.GangRequest;
import dev.muster.scheduler.placement.Placement;
import dev.muster.scheduler.placement.TreeGangPlacer;
import dev.muster.scheduler.workload.RunningJob;
import dev.muster.scheduler.workload.WaitingJob;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class ConsolidationTest {

    private static final PreemptionPolicy MOVING = new PreemptionPolicy(true, true, false, true, Duration.ofMinutes(5));

    /** Two zones of three hosts of 3, each with one small job. */
    private static BusyCluster sixHosts(UnaryOperator<WaitingJob> small) {
        BusyCluster cluster = new BusyCluster(List.of("zone"));
        for (String name : List.of("za1", "za2", "za3", "zb1", "zb2", "zb3")) {
            cluster.host(name, name.substring(0, 2), gpus(3));
            cluster.running(600, small.apply(job("m-" + name, "default", 0, 1, gpus(1))), name);
        }
        return cluster;
    }

    private static final WaitingJob TWO_HOSTS = within("zone", job("j", "default", 0, 2, gpus(3)));

    @Test
    void twoMovesMakeRoomForTwoWholeHosts() {
        BusyCluster cluster = sixHosts(BusyCluster::movable);
        PreemptionPlan plan = (PreemptionPlan) cluster.ask(TWO_HOSTS, MOVING);
        assertThat(plan.victims()).isEmpty();
        assertThat(plan.moves()).hasSize(2);
        assertThat(plan.moves().stream().mapToInt(Move::pods).sum()).isEqualTo(2);
        cluster.apply(plan, TWO_HOSTS);
    }

    @Test
    void whatMustNotMoveStaysAndNothingHappens() {
        assertThat(sixHosts(small -> small).ask(TWO_HOSTS, MOVING)).isInstanceOf(PreemptionRefusal.class);
        assertThat(sixHosts(BusyCluster::movable).ask(TWO_HOSTS))
                .as("moving is off by default")
                .isInstanceOf(PreemptionRefusal.class);
        assertThat(sixHosts(small -> safeFor(Duration.ofHours(1), movable(small)))
                        .ask(TWO_HOSTS, MOVING))
                .as("a run that is still protected does not move either")
                .isInstanceOf(PreemptionRefusal.class);
    }

    @Test
    void nobodyIsStoppedForWhomMovingCostsNoMore() {
        WaitingJob urgent = within("zone", job("urgent", "default", 9, 2, gpus(3)));
        PreemptionPlan plan = (PreemptionPlan) sixHosts(BusyCluster::movable).ask(urgent, MOVING);
        assertThat(stopped(plan)).isEmpty();
        assertThat(plan.moves()).hasSize(2);
    }

    @Test
    void aCheapStopIsPreferredToADearMove() {
        BusyCluster cluster = new BusyCluster(List.of("rack"))
                .host("a", "r1", gpus(4))
                .host("b", "r1", gpus(4))
                .running(90_000, movable(job("dear", "default", 0, 1, gpus(2))), "a")
                .running(10, job("cheap", "default", 0, 1, gpus(2)), "b");
        PreemptionPlan plan = (PreemptionPlan) cluster.ask(job("hi", "default", 9, 1, gpus(4)), MOVING);
        assertThat(stopped(plan)).containsExactly("cheap");
        assertThat(plan.moves()).isEmpty();
    }

    @Test
    void onlyThePodsInTheWayMove() {
        BusyCluster cluster = new BusyCluster(List.of("rack"))
                .host("a", "r1", gpus(4))
                .host("b", "r1", gpus(4))
                .host("c", "r1", gpus(4))
                .host("d", "r1", gpus(1));
        cluster.running(600, movable(job("spread", "default", 0, 3, gpus(1))), "a", "b", "c");
        cluster.running(600, job("fixed", "default", 0, 2, gpus(3)), "b", "c");
        PreemptionPlan plan = (PreemptionPlan) cluster.ask(job("j", "default", 0, 1, gpus(4)), MOVING);
        assertThat(plan.moves()).hasSize(1);
        assertThat(plan.moves().get(0).pods()).isEqualTo(1);
        assertThat(plan.moves().get(0).after().pods())
                .extracting(pod -> pod.rank() + "@" + pod.host())
                .containsExactly("0@d", "1@b", "2@c");
    }

    @Test
    void aMaximumIsNotExceededForWhatMovingMakesRoomFor() {
        QueueSpec capped = new QueueSpec("capped", QueueSpec.ROOT, gpus(0), new TreeMap<>(Map.of("gpu", 3L)), 1, true);
        BusyCluster cluster = new BusyCluster(List.of("rack"), queue("other", 0), capped)
                .host("a", "r1", gpus(4))
                .host("b", "r1", gpus(4))
                .running(600, movable(job("m", "other", 0, 1, gpus(1))), "a")
                .running(600, job("n", "other", 0, 1, gpus(1)), "b");
        assertThat(cluster.ask(job("j", "capped", 0, 1, gpus(4)), MOVING)).isInstanceOf(PreemptionRefusal.class);
    }

    /** Compares with every set of gangs that make way, each placed again by itself in any order. */
    @Test
    void movesAreFoundWhereTheyAreAndCarriedOut() {
        int plans = 0;
        for (long seed = 0; seed < 4_000; seed++) {
            SmallWorld world = new SmallWorld(new Random(seed), true);
            PreemptionPolicy moving = new PreemptionPolicy(false, true, false, true, Duration.ofSeconds(7));
            if (new TreeGangPlacer()
                    .place(world.job.request(), world.cluster.snapshot)
                    .placed()
                    .isPresent()) {
                continue;
            }
            Optional<Long> best = leastLostByMoves(world);
            PreemptionAnswer answer = world.cluster.ask(world.job, moving);
            if (answer instanceof PreemptionPlan plan) {
                plans++;
                assertThat(plan.victims()).as("seed " + seed).isEmpty();
                plan.moves()
                        .forEach(move -> assertThat(move.after().total())
                                .isEqualTo(move.before().total()));
                assertThat(plan.moves()).as("seed " + seed).allMatch(move -> move.pods() > 0);
                assertThat(plan.moves())
                        .as("seed " + seed)
                        .allMatch(move -> move.before().job().movable());
                world.cluster.apply(plan, world.job);
                assertThat(best.filter(lost -> lost < plan.cost().lostMillis()))
                        .as("seed " + seed)
                        .isEmpty();
            } else {
                assertThat(best).as("seed " + seed).isEmpty();
            }
        }
        assertThat(plans).as("the worlds are worth looking at").isGreaterThan(20);
    }

    private static Optional<Long> leastLostByMoves(SmallWorld world) {
        if (world.cluster
                .queues
                .excess(world.job.queue(), world.job.request().leastTotal())
                .isPresent()) {
            return Optional.empty();
        }
        List<RunningJob> movable = world.cluster.workload.running().stream()
                .filter(run -> run.job().movable()
                        && !run.isShrunk()
                        && !run.protectedUntil().isAfter(NOW))
                .toList();
        Optional<Long> best = Optional.empty();
        for (int set = 1; set < 1 << movable.size(); set++) {
            List<RunningJob> gangs = new ArrayList<>();
            long lost = 0;
            for (int index = 0; index < movable.size(); index++) {
                if ((set >> index & 1) == 1) {
                    RunningJob gang = movable.get(index);
                    gangs.add(gang);
                    lost += gang.total().amount("gpu")
                            * gang.unsaved(NOW).plusSeconds(7).toMillis();
                }
            }
            if ((best.isEmpty() || lost < best.get()) && shareAPlace(world, gangs) && findsPlaces(world, gangs)) {
                best = Optional.of(lost);
            }
        }
        return best;
    }

    /** Whether a domain of the job's required level, or a host, has pods of all of them. */
    private static boolean shareAPlace(SmallWorld world, List<RunningJob> gangs) {
        int depth = world.job
                .request()
                .topology()
                .required()
                .map(level -> world.cluster.snapshot.levels().depthOf(level).orElseThrow())
                .orElse(0);
        Set<String> common = new TreeSet<>();
        world.cluster.snapshot.hosts().forEach(host -> common.add(place(host, depth)));
        for (RunningJob gang : gangs) {
            Set<String> places = new TreeSet<>();
            gang.held()
                    .forEach(pod -> places.add(
                            place(world.cluster.snapshot.host(pod.host()).orElseThrow(), depth)));
            common.retainAll(places);
        }
        return !common.isEmpty();
    }

    private static String place(ClusterHost host, int depth) {
        List<String> path = host.spec().path();
        return depth > path.size() ? host.name() : String.join("/", path.subList(0, depth));
    }

    private static boolean findsPlaces(SmallWorld world, List<RunningJob> gangs) {
        gangs.forEach(world.cluster::stop);
        boolean found = place(world, world.job, gangs);
        gangs.forEach(world.cluster::begin);
        return found;
    }

    private static boolean place(SmallWorld world, WaitingJob job, List<RunningJob> behind) {
        GangRequest least =
                job.request().withPods(job.request().minPods(), job.request().minPods());
        Optional<Placement> placement =
                new TreeGangPlacer().place(least, world.cluster.snapshot).placed();
        if (placement.isEmpty()) {
            return false;
        }
        RunningJob run = new RunningJob(
                job,
                Settlement.pods(least, placement.get()),
                Settlement.spares(least, placement.get()),
                NOW,
                Optional.empty(),
                Optional.empty());
        world.cluster.begin(run);
        boolean all = behind.isEmpty();
        for (RunningJob next : behind) {
            List<RunningJob> others = new ArrayList<>(behind);
            others.remove(next);
            GangRequest same = next.job()
                    .request()
                    .withPods(next.job().request().pods(), next.job().request().pods())
                    .withSpares(next.spares().size(), false);
            all = all || place(world, next.job().with(same), others);
        }
        world.cluster.stop(run);
        return all;
    }
}
