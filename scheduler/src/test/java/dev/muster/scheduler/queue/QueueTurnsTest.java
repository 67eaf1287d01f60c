package dev.muster.scheduler.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.scheduler.cluster.QueueSpec;
import dev.muster.scheduler.job.JobKey;
import dev.muster.scheduler.job.ResourceVector;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class QueueTurnsTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    /** Jobs of one queue, the first of which is next. */
    private record Backlog(String queue, Deque<Job> jobs) {
        static Backlog of(String queue, Job... jobs) {
            return new Backlog(queue, new ArrayDeque<>(List.of(jobs)));
        }
    }

    private record Job(String name, int priority, int submittedSecond, long accelerators) {}

    private static QueueSpec queue(String name, long weight, long guaranteed) {
        return new QueueSpec(name, "root", ResourceVector.of(guaranteed, 0, 0), new TreeMap<>(), weight, true);
    }

    private static ResourceVector need(Job job) {
        return ResourceVector.of(job.accelerators(), 0, 0);
    }

    private static Optional<Head> head(QueueTree queues, Backlog backlog) {
        return Optional.ofNullable(backlog.jobs().peek())
                .map(job -> new Head(
                        queues.staysGuaranteed(backlog.queue(), need(job)),
                        job.priority(),
                        START.plusSeconds(job.submittedSecond()),
                        new JobKey("n", job.name())));
    }

    private static QueueTurns<Backlog> turns(QueueTree queues, List<Backlog> backlogs) {
        QueueTurns<Backlog> turns = new QueueTurns<>(queues, Backlog::queue, backlog -> head(queues, backlog));
        backlogs.forEach(turns::add);
        return turns;
    }

    /** Starts every job in its turn; answers their names in that order. */
    private static List<String> startAll(QueueTree queues, QueueTurns<Backlog> turns) {
        List<String> started = new ArrayList<>();
        for (Optional<Backlog> turn = turns.next(); turn.isPresent(); turn = turns.next()) {
            Job job = turn.get().jobs().removeFirst();
            queues.charge(turn.get().queue(), need(job));
            started.add(job.name());
            turns.add(turn.get());
        }
        return started;
    }

    private static QueueTree tree(QueueSpec... queues) {
        QueueTree tree = new QueueTree(List.of(queues));
        tree.capacity(ResourceVector.of(16, 0, 0));
        tree.advance(START);
        return tree;
    }

    @Test
    void guaranteesComeFirstThenPriorityThenShareThenAgeThenName() {
        QueueTree queues = tree(queue("g", 1, 1), queue("a", 1, 0), queue("b", 1, 0), queue("c", 1, 0));
        queues.charge("c", ResourceVector.of(8, 0, 0));
        List<Backlog> backlogs = List.of(
                Backlog.of("c", new Job("c1", 5, 0, 1), new Job("c2", 0, 0, 1)),
                Backlog.of("b", new Job("b1", 0, 1, 1)),
                Backlog.of("a", new Job("a1", 0, 1, 1), new Job("a2", 0, 0, 1)),
                Backlog.of("g", new Job("g1", -9, 9, 1), new Job("g2", -9, 9, 1)));
        assertThat(startAll(queues, turns(queues, backlogs))).containsExactly("g1", "c1", "a1", "b1", "a2", "c2", "g2");
    }

    @Test
    void queuesTakeTurnsByTheirWeights() {
        QueueTree queues = tree(queue("a", 3, 0), queue("b", 1, 0));
        Backlog a = Backlog.of("a");
        Backlog b = Backlog.of("b");
        for (int job = 0; job < 16; job++) {
            a.jobs().add(new Job("a" + job, 0, 0, 1));
            b.jobs().add(new Job("b" + job, 0, 0, 1));
        }
        List<String> first = startAll(queues, turns(queues, List.of(a, b))).subList(0, 16);
        assertThat(first.stream().filter(name -> name.startsWith("a"))).hasSize(12);
    }

    @Test
    void betweenEqualsTheQueueThatHadLessGoesFirstNotTheFirstName() {
        QueueTree queues = tree(queue("a", 1, 0), queue("b", 1, 0));
        queues.charge("a", ResourceVector.of(8, 0, 0));
        queues.advance(START.plusSeconds(3_600));
        queues.refund("a", ResourceVector.of(8, 0, 0));
        List<Backlog> backlogs =
                List.of(Backlog.of("a", new Job("a2", 0, 0, 8)), Backlog.of("b", new Job("b1", 0, 0, 8)));
        assertThat(startAll(queues, turns(queues, backlogs))).containsExactly("b1", "a2");
    }

    @Test
    void afterAStopPlacesThatHaveBecomeBetterAreFound() {
        QueueTree queues = tree(queue("a", 1, 0), queue("b", 1, 0));
        queues.charge("a", ResourceVector.of(8, 0, 0));
        queues.charge("b", ResourceVector.of(4, 0, 0));
        QueueTurns<Backlog> turns = turns(
                queues, List.of(Backlog.of("a", new Job("a1", 0, 0, 1)), Backlog.of("b", new Job("b1", 0, 0, 1))));
        queues.refund("a", ResourceVector.of(8, 0, 0));
        turns.rebuild();
        assertThat(startAll(queues, turns)).containsExactly("a1", "b1");
    }

    @Test
    void aBacklogWithoutJobsHasNoTurn() {
        QueueTree queues = tree(queue("a", 1, 0));
        assertThat(turns(queues, List.of(Backlog.of("a"))).next()).isEmpty();
    }

    @Test
    void theLazyOrderIsThatOfLookingAtEverybodyEachTime() {
        for (long seed = 0; seed < 500; seed++) {
            assertThat(startAllOf(seed, true)).as("seed " + seed).isEqualTo(startAllOf(seed, false));
        }
    }

    private static List<String> startAllOf(long seed, boolean lazily) {
        Random random = new Random(seed);
        List<QueueSpec> specs = new ArrayList<>();
        List<Backlog> backlogs = new ArrayList<>();
        for (int index = 0; index < 1 + random.nextInt(6); index++) {
            String name = "q" + index;
            String parent = random.nextBoolean() || index == 0 ? "root" : "q" + random.nextInt(index);
            ResourceVector guaranteed = ResourceVector.of(parent.equals("root") ? 2L * random.nextInt(3) : 0, 0, 0);
            specs.add(new QueueSpec(name, parent, guaranteed, new TreeMap<>(), 1 + random.nextInt(3), true));
            List<Job> jobs = new ArrayList<>();
            for (int job = 0; job < random.nextInt(6); job++) {
                jobs.add(new Job(name + job, random.nextInt(2), random.nextInt(3), 1 + random.nextInt(2)));
            }
            jobs.sort(Comparator.comparing(Job::priority).reversed().thenComparing(Job::submittedSecond));
            backlogs.add(Backlog.of(name, jobs.toArray(new Job[0])));
        }
        QueueTree queues = tree(specs.toArray(new QueueSpec[0]));
        if (lazily) {
            return startAll(queues, turns(queues, backlogs));
        }
        List<String> started = new ArrayList<>();
        while (true) {
            Optional<Backlog> turn = turns(queues, backlogs).next();
            if (turn.isEmpty()) {
                return started;
            }
            Job job = turn.get().jobs().removeFirst();
            queues.charge(turn.get().queue(), need(job));
            started.add(job.name());
        }
    }
}
