package dev.muster.controller.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.controller.operations.FleetOperations.NodeAction;
import dev.muster.controller.workload.RankState;
import dev.muster.scheduler.cluster.QueueSpec;
import dev.muster.scheduler.job.ResourceVector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Random faults, and what must be true after each: no host holds more than it has, the books balance, no gang starts while
 * an older one of its job is whole (checked at each start), no acknowledged job vanishes. Once the faults stop, every job ends.
 */
class RandomStoriesTest {

    private static final int SEEDS = 300;
    private static final int EVENTS = 200;
    private static final int HOSTS = 5;
    private static final long MOST_OF_RESEARCH = 16;

    /** Two can take back what others borrow, one of them no more than so much. */
    private static final List<QueueSpec> QUEUES = List.of(
            new QueueSpec("owner", QueueSpec.ROOT, ResourceVector.of(8, 0, 0), new TreeMap<>(), 1, true),
            new QueueSpec(
                    "research",
                    QueueSpec.ROOT,
                    ResourceVector.of(4, 0, 0),
                    new TreeMap<>(Map.of(ResourceVector.ACCELERATORS, MOST_OF_RESEARCH)),
                    2,
                    true),
            QueueSpec.unlimited("borrower"));
    /** Most jobs borrow, so that owners find the cluster full. */
    private static final List<String> CHOICES = List.of("owner", "research", "borrower", "borrower");

    /** Held here so that its level stays set. */
    private static final Logger HISTORY = Logger.getLogger("dev.muster.job");

    @BeforeAll
    static void quietly() {
        HISTORY.setLevel(Level.OFF);
    }

    @AfterAll
    static void asBefore() {
        HISTORY.setLevel(null);
    }

    @Test
    void noFaultBreaksFencingLosesAJobOrLeavesOneWaitingForEver() {
        long preemptions = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            Story story = new Story(seed);
            try {
                story.run();
            } catch (AssertionError | RuntimeException broken) {
                throw new AssertionError("seed " + seed + ": " + broken.getMessage() + "\nafter " + story.told, broken);
            }
            preemptions += story.preemptions();
        }
        assertThat(preemptions).as("stories in which jobs give way to others").isGreaterThan(SEEDS / 10);
    }

    private static final class Story {
        private final Random random;
        private final SmallCluster cluster = SmallCluster.of(HOSTS, QUEUES);
        private final List<String> acknowledged = new ArrayList<>();
        final List<String> told = new ArrayList<>();

        Story(int seed) {
            random = new Random(seed);
        }

        void run() {
            for (int event = 0; event < EVENTS; event++) {
                step(random.nextInt(22));
                cluster.settle();
                cluster.assertThatNothingIsMiscounted();
                cluster.assertThatNoMoreIsHeldIn("research", MOST_OF_RESEARCH);
                assertThatNoJobVanished();
            }
            heal();
            assertThatEveryJobEnds();
        }

        long preemptions() {
            return cluster.observed.stream()
                    .filter("restart for PREEMPTION"::equals)
                    .count();
        }

        private void step(int kind) {
            FakeAgent agent = cluster.agent("h" + (1 + random.nextInt(HOSTS)));
            told.add(kind + " " + agent.host());
            switch (kind) {
                case 0, 1, 2 -> submit();
                case 3 -> agent.dieAndReturn();
                case 4 -> agent.die();
                case 5 -> agent.reboot();
                case 6 -> agent.cutOff();
                case 7 -> agent.disconnect();
                case 8, 9, 10 -> agent.comeBack();
                case 11 -> agent.endAll(RankState.SUCCEEDED);
                case 12 -> agent.endAll(RankState.FAILED);
                case 13 -> agent.repeatReports();
                case 14 -> agent.obeysStops = false;
                case 15 -> agent.finishStops();
                case 16 -> agent.startsSlowly = !agent.startsSlowly;
                case 17 -> change(agent);
                case 18 -> cancel();
                case 19 -> crash();
                case 20 -> cluster.advance(Duration.ofMillis(500L + random.nextInt(15_000)));
                default -> cluster.advance(Duration.ofMillis(random.nextInt(3_000)));
            }
        }

        private void submit() {
            String name = "j" + told.size();
            int hosts = 1 + random.nextInt(3);
            Specs spec = Specs.job(name, hosts)
                    .withSpares(random.nextInt(2))
                    .withAccelerators(random.nextBoolean() ? 4 : 2)
                    .withIsolation(Duration.ofSeconds(30))
                    .inQueue(CHOICES.get(random.nextInt(CHOICES.size())))
                    .withPriority(random.nextInt(3));
            if (random.nextInt(3) > 0) {
                spec = spec.thatGivesWayAfter(Duration.ofSeconds(random.nextInt(2) * 20L));
            }
            if (random.nextInt(3) == 0) {
                spec = spec.thatSaves(Duration.ofSeconds(5));
            }
            cluster.submit(spec.spec());
            acknowledged.add(name);
        }

        private void change(FakeAgent agent) {
            NodeAction[] actions = NodeAction.values();
            cluster.change(agent.host(), actions[random.nextInt(actions.length)]);
        }

        private void cancel() {
            if (!acknowledged.isEmpty()) {
                cluster.cancel(acknowledged.get(random.nextInt(acknowledged.size())));
            }
        }

        /** Some of what was under way is durable and some is not. */
        private void crash() {
            cluster.store.hold();
            for (FakeAgent agent : cluster.agents.values()) {
                if (random.nextBoolean()) {
                    agent.comeBack();
                    cluster.settle();
                }
                if (random.nextInt(4) == 0) {
                    agent.endAll(RankState.FAILED);
                    cluster.settle();
                }
            }
            for (int commits = random.nextInt(4); commits > 0 && cluster.store.isHolding(); commits--) {
                cluster.store.letOneGo();
                cluster.settle();
            }
            cluster.restartController();
            for (FakeAgent agent : cluster.agents.values()) {
                if (random.nextInt(4) > 0) {
                    agent.connect();
                }
            }
        }

        private void assertThatNoJobVanished() {
            assertThat(acknowledged)
                    .allSatisfy(name ->
                            assertThat(cluster.find(name)).as("job %s", name).isPresent());
        }

        private void heal() {
            for (FakeAgent agent : cluster.agents.values()) {
                agent.startsSlowly = false;
                agent.finishStops();
                agent.finishStarts();
                agent.comeBack();
                cluster.settle();
                agent.finishStops();
                agent.finishStarts();
                cluster.settle();
                cluster.change(agent.host(), NodeAction.UNCORDON);
                cluster.change(agent.host(), NodeAction.RELEASE);
            }
            cluster.advance(Duration.ofSeconds(30));
            retryRefused();
            cluster.advance(Duration.ofSeconds(30));
        }

        /** Whoever came back in a new life before the connection of the old one was given up. */
        private void retryRefused() {
            for (FakeAgent agent : cluster.agents.values()) {
                if (!agent.isConnected()) {
                    agent.connect();
                }
            }
            cluster.settle();
        }

        private void assertThatEveryJobEnds() {
            for (int round = 0; round <= acknowledged.size() && unfinished() > 0; round++) {
                cluster.agents.values().forEach(agent -> agent.endAll(RankState.SUCCEEDED));
                cluster.settle();
                cluster.advance(Duration.ofSeconds(15));
                cluster.assertThatNothingIsMiscounted();
            }
            cluster.model()
                    .jobs()
                    .forEach(job -> assertThat(job.phase().isTerminal())
                            .as("job %s ends; it is %s", job.key(), job.status())
                            .isTrue());
        }

        private long unfinished() {
            return cluster.model().jobs().stream()
                    .filter(job -> !job.phase().isTerminal())
                    .count();
        }
    }
}
