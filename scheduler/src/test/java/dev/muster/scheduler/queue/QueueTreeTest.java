package dev.muster.scheduler.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.muster.scheduler.cluster.QueueSpec;
import dev.muster.scheduler.job.ResourceVector;
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

    @Test
    void whatCannotBeSharedIsRefusedWithItsValue() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new QueueTree(
                        List.of(new QueueSpec("a", "root", ResourceVector.ZERO, new TreeMap<>(), 0, true))))
                .withMessage("queue a has the weight 0; give at least 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new QueueTree(List.of(new QueueSpec(
                        "a",
                        "root",
                        accelerators(3),
                        new TreeMap<>(Map.of(ResourceVector.ACCELERATORS, 2L)),
                        1,
                        true))))
                .withMessage("queue a is guaranteed 3 accelerators, more than its max, 2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new QueueTree(
                        List.of(guaranteed("a", "root", 4), guaranteed("a1", "a", 3), guaranteed("a2", "a", 2))))
                .withMessage("queue a is guaranteed 4 accelerators, less than the queues under it together, 5");
    }

    private static QueueSpec guaranteed(String name, String parent, long accelerators) {
        return new QueueSpec(name, parent, accelerators(accelerators), new TreeMap<>(), 1, true);
    }

    @Test
    void aQueueIsWithinItsShareUntilItHoldsWhatItIsGuaranteed() {
        QueueTree queues = new QueueTree(List.of(guaranteed("a", "root", 4), guaranteed("free", "root", 0)));
        queues.charge("a", accelerators(3));
        assertThat(queues.staysGuaranteed("a", accelerators(1))).isTrue();
        assertThat(queues.staysGuaranteed("a", accelerators(2))).isFalse();
        assertThat(queues.staysGuaranteed("free", accelerators(1))).isFalse();
    }

    @Test
    void onlyResourcesThatAGuaranteeNamesBindIt() {
        QueueTree queues = new QueueTree(List.of(guaranteed("a", "root", 4)));
        assertThat(queues.staysGuaranteed("a", ResourceVector.of(4, 1_000_000, 0)))
                .isTrue();
        assertThat(queues.staysGuaranteed("a", ResourceVector.of(0, 1_000, 0)))
                .as("a job without any guaranteed resource cannot claim others' cpus")
                .isFalse();
        queues.charge("a", ResourceVector.of(4, 9_000, 0));
        assertThat(queues.canLose("a", ResourceVector.of(0, 9_000, 0)))
                .as("cpus are borrowed, all of them")
                .isTrue();
        assertThat(queues.canLose("a", ResourceVector.of(1, 1_000, 0))).isFalse();
    }

    @Test
    void aParentsGuaranteeCoversTheQueuesBelowThatHaveNone() {
        QueueTree queues = new QueueTree(List.of(
                guaranteed("dept", "root", 8),
                guaranteed("own", "dept", 3),
                guaranteed("none", "dept", 0),
                guaranteed("default", "root", 0)));
        queues.charge("none", accelerators(5));
        assertThat(queues.staysGuaranteed("none", accelerators(3))).isTrue();
        assertThat(queues.staysGuaranteed("none", accelerators(4))).isFalse();
        queues.charge("none", accelerators(3));
        assertThat(queues.staysGuaranteed("own", accelerators(3)))
                .as("its own guarantee stands although the department is full")
                .isTrue();
        assertThat(queues.canLose("none", accelerators(1)))
                .as("the department would fall below its guarantee")
                .isFalse();
        QueueTrial trial = queues.trial();
        trial.refund("none", accelerators(3));
        assertThat(trial.keepsGuarantees("none", "own"))
                .as("the department loses nothing to a queue of its own")
                .isTrue();
        assertThat(trial.keepsGuarantees("none", "default")).isFalse();
    }

    @Test
    void aTrialLeavesTheTreeAsItIs() {
        QueueTree queues = new QueueTree(List.of(queue("vision", "research", 6), queue("research", "root", 8)));
        queues.charge("vision", accelerators(6));
        QueueTrial trial = queues.trial();
        assertThat(trial.excess("vision", accelerators(2))).isPresent();
        trial.refund("vision", accelerators(3));
        assertThat(trial.excess("vision", accelerators(2))).isEmpty();
        assertThat(queues.excess("vision", accelerators(2))).isPresent();
        trial.charge("vision", accelerators(2));
        assertThat(trial.excess("vision", accelerators(2)).orElseThrow().used()).isEqualTo(5);
    }
}
