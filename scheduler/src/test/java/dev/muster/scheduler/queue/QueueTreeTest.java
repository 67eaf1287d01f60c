package dev.muster.scheduler.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.muster.scheduler.cluster.QueueSpec;
import dev.muster.scheduler.job.JobKey;
import dev.muster.scheduler.job.ResourceVector;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class QueueTreeTest {

    private static QueueSpec queue(String name, String parent, long maxAccelerators) {
        return new QueueSpec(
                name,
                parent,
                ResourceVector.ZERO,
                new TreeMap<>(Map.of(ResourceVector.ACCELERATORS, maxAccelerators)),
                1,
                true);
    }

    private static ResourceVector accelerators(long count) {
        return ResourceVector.of(count, 0, 0);
    }

    @Test
    void aJobIsChargedToItsQueueAndToAllAbove() {
        QueueTree queues = new QueueTree(List.of(queue("vision", "research", 6), queue("research", "root", 8)));
        queues.charge("vision", accelerators(5));
        assertThat(queues.queue("root").orElseThrow().usage()).isEqualTo(accelerators(5));
        assertThat(queues.excess("vision", accelerators(1))).isEmpty();
        assertThat(queues.excess("vision", accelerators(2)))
                .contains(new QuotaExcess("vision", ResourceVector.ACCELERATORS, 6, 5, 2));
        assertThat(queues.excess("research", accelerators(4)).orElseThrow().available())
                .isEqualTo(3);
        assertThat(queues.excessWhenIdle("vision", accelerators(6))).isEmpty();
        queues.refund("vision", accelerators(5));
        assertThat(queues.queue("research").orElseThrow().usage()).isEqualTo(ResourceVector.ZERO);
        assertThatIllegalArgumentException().isThrownBy(() -> queues.refund("vision", accelerators(1)));
    }

    @Test
    void aMaximumAboveBindsTheQueuesBelow() {
        QueueTree queues = new QueueTree(
                List.of(queue("research", "root", 8), queue("a", "research", 8), queue("b", "research", 8)));
        queues.charge("a", accelerators(6));
        assertThat(queues.excess("b", accelerators(3)).orElseThrow().queue()).isEqualTo("research");
    }

    @Test
    void aLimitThatHasBeenLoweredBelowTheUsageLeavesNothingAndNoNegativeNumber() {
        QueueTree queues = new QueueTree(List.of(queue("a", "root", 2)));
        queues.charge("a", accelerators(5));
        assertThat(queues.excess("a", accelerators(1)).orElseThrow().available())
                .isZero();
    }

    @Test
    void withoutDeclaredQueuesThereIsOneForEverybody() {
        QueueTree queues = new QueueTree(List.of());
        assertThat(queues.takesJobs("default")).isTrue();
        assertThat(queues.takesJobs("root")).isFalse();
        assertThat(queues.excess("default", accelerators(Long.MAX_VALUE))).isEmpty();
    }

    @Test
    void aTreeThatIsNoneIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new QueueTree(List.of(queue("a", "b", 1), queue("b", "a", 1))));
        assertThatIllegalArgumentException().isThrownBy(() -> new QueueTree(List.of(queue("a", "nobody", 1))));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new QueueTree(List.of(queue("a", "root", 1), queue("a", "root", 1))));
    }

    /** A waiting job's place. */
    private record Entry(int priority, Instant submittedAt, JobKey key) implements QueueOrder.Entry {}

    @Test
    void priorityComesBeforeAgeAndAgeBeforeName() {
        Instant early = Instant.parse("2026-01-01T00:00:00Z");
        Entry high = new Entry(9, early.plusSeconds(9), new JobKey("n", "z"));
        Entry old = new Entry(0, early, new JobKey("n", "y"));
        Entry first = new Entry(0, early.plusSeconds(1), new JobKey("n", "a"));
        Entry second = new Entry(0, early.plusSeconds(1), new JobKey("n", "b"));
        List<Entry> entries = new ArrayList<>(List.of(second, first, old, high));
        Collections.sort(entries, QueueOrder.PRIORITY_THEN_AGE);
        assertThat(entries).containsExactly(high, old, first, second);
    }
}
