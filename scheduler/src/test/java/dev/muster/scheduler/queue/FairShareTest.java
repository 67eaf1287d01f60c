package dev.muster.scheduler.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.muster.scheduler.cluster.QueueSpec;
import dev.muster.scheduler.job.ResourceVector;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class FairShareTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private static QueueSpec queue(String name, String parent, long weight) {
        return new QueueSpec(name, parent, ResourceVector.ZERO, new TreeMap<>(), weight, true);
    }

    private static ResourceVector use(long accelerators, long cpus) {
        return ResourceVector.of(accelerators, cpus * 1_000, 0);
    }

    private static QueueTree tree(Optional<Duration> halfLife, QueueSpec... queues) {
        QueueTree tree = new QueueTree(List.of(queues), halfLife);
        tree.capacity(use(16, 100));
        tree.advance(START);
        return tree;
    }

    @Test
    void theResourceOfWhichAQueueHasMostCountsByItsWeight() {
        QueueTree queues = tree(Optional.empty(), queue("a", "root", 2), queue("b", "root", 1));
        queues.charge("a", use(4, 50));
        queues.charge("b", use(3, 1));
        assertThat(queues.fairShare("a").byDepth()).containsExactly(0.25);
        assertThat(queues.fairShare("b")).isLessThan(queues.fairShare("a"));
        assertThat(queues.shareIf("b", use(1, 0)))
                .as("4 of 16 for a weight of 1 are 50 of 100 for a weight of 2")
                .isEqualByComparingTo(queues.fairShare("a"));
        assertThat(queues.fairShare("b").byDepth()).as("trying changes nothing").containsExactly(3 / 16.0);
    }

    @Test
    void equalClaimsAreEqualToTheBit() {
        for (long weight = 1; weight <= 1_000; weight++) {
            QueueTree queues = tree(Optional.empty(), queue("a", "root", weight), queue("b", "root", 3 * weight));
            queues.charge("a", use(5, 0));
            queues.charge("b", use(15, 0));
            assertThat(queues.fairShare("a")).as("weight " + weight).isEqualTo(queues.fairShare("b"));
        }
    }

    @Test
    void teamsOfOneDepartmentSettleAmongThemselves() {
        QueueTree queues = tree(
                Optional.empty(),
                queue("dept", "root", 1),
                queue("busy", "dept", 1),
                queue("idle", "dept", 1),
                queue("other", "root", 1));
        queues.charge("busy", use(8, 0));
        queues.charge("other", use(4, 0));
        assertThat(queues.fairShare("other"))
                .as("the department of the idle team has more")
                .isLessThan(queues.fairShare("idle"));
        assertThat(queues.fairShare("idle")).isLessThan(queues.fairShare("busy"));
    }

    @Test
    void theJobsOfADepartmentItselfCountAsATeamOfIts() {
        QueueTree queues = tree(Optional.empty(), queue("dept", "root", 1), queue("team", "dept", 2));
        queues.charge("dept", use(4, 0));
        queues.charge("team", use(6, 0));
        assertThat(queues.fairShare("dept").byDepth()).containsExactly(10 / 16.0, 4 / 16.0);
        assertThat(queues.fairShare("team").byDepth()).containsExactly(10 / 16.0, 3 / 16.0);
        assertThat(queues.trial().presentShares("team", "dept"))
                .isEqualTo(new QueueTrial.ParallelShares(3 / 16.0, 4 / 16.0));
    }

    @Test
    void formerUseCountsHalfAfterEachHalfLife() {
        Duration hour = Duration.ofHours(1);
        QueueTree queues = tree(Optional.of(hour), queue("a", "root", 1));
        queues.charge("a", use(8, 0));
        queues.advance(START.plus(hour));
        assertThat(queues.fairShare("a").byDepth().get(0)).isEqualTo((8 + 4) / 16.0, within(1e-12));
        queues.refund("a", use(8, 0));
        assertThat(queues.fairShare("a").byDepth().get(0)).isEqualTo(4 / 16.0, within(1e-12));
        queues.advance(START.plus(hour).plus(hour));
        assertThat(queues.fairShare("a").byDepth().get(0)).isEqualTo(2 / 16.0, within(1e-12));
        assertThat(queues.presentShare("a").byDepth()).containsExactly(0.0);
    }

    @Test
    void withoutAHalfLifeFormerUseOnlyBreaksTies() {
        QueueTree queues = tree(Optional.empty(), queue("a", "root", 1), queue("b", "root", 1));
        queues.charge("a", use(8, 0));
        queues.advance(START.plusSeconds(60));
        queues.refund("a", use(8, 0));
        assertThat(queues.fairShare("a")).isEqualByComparingTo(queues.fairShare("b"));
        assertThat(queues.pastShare("b")).isLessThan(queues.pastShare("a"));
    }

    @Test
    void askingAndClocksThatStepBackChangeNothing() {
        QueueTree asked = tree(Optional.of(Duration.ofHours(1)), queue("a", "root", 1));
        QueueTree quiet = tree(Optional.of(Duration.ofHours(1)), queue("a", "root", 1));
        for (QueueTree queues : List.of(asked, quiet)) {
            queues.charge("a", use(8, 0));
        }
        asked.advance(START.plusSeconds(1_000));
        asked.fairShare("a");
        asked.advance(START.minusSeconds(1_000));
        for (QueueTree queues : List.of(asked, quiet)) {
            queues.advance(START.plusSeconds(3_000));
            queues.refund("a", use(8, 0));
        }
        assertThat(asked.fairShare("a")).isEqualTo(quiet.fairShare("a"));
    }

    @Test
    void decayedUseIsWhatAnExactSumOfTheHistoryGives() {
        for (long seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            Duration halfLife = Duration.ofSeconds(1 + random.nextInt(10_000));
            QueueTree queues = tree(Optional.of(halfLife), queue("a", "root", 1));
            double exact = 0;
            long held = 0;
            Instant now = START;
            for (int step = 0; step < 20; step++) {
                long passed = random.nextInt(5_000);
                double kept = Math.pow(0.5, passed / (double) halfLife.toSeconds());
                exact = exact * kept + held * (1 - kept);
                now = now.plusSeconds(passed);
                queues.advance(now);
                long other = random.nextInt(17);
                queues.refund("a", use(held, 0));
                queues.charge("a", use(other, 0));
                held = other;
            }
            assertThat(queues.pastShare("a").byDepth().get(0))
                    .as("seed " + seed)
                    .isEqualTo(exact / 16, within(1e-9));
        }
    }

    @Test
    void aHalfLifeOfNothingIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new QueueTree(List.of(), Optional.of(Duration.ZERO)))
                .withMessageContaining("PT0S");
    }
}
