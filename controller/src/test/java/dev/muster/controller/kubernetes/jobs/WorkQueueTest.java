package dev.muster.controller.kubernetes.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WorkQueueTest {

    private static final WorkQueue.Pace PACE =
            new WorkQueue.Pace(Duration.ofSeconds(2), Duration.ofSeconds(1), Duration.ofSeconds(30));

    private long nowNanos = 1;
    private final WorkQueue<String> queue = new WorkQueue<>(PACE, () -> nowNanos, new Random(5));

    private void pass(Duration time) {
        nowNanos += time.toNanos();
    }

    @Test
    void aKeyWaitsOnceHoweverOftenItIsAskedFor() {
        queue.add("a");
        queue.add("a");
        queue.addAfter("a", Duration.ofMinutes(1));
        assertThat(queue.poll()).contains("a");
        queue.done("a");
        pass(Duration.ofMinutes(5));
        assertThat(queue.poll()).isEmpty();
        assertThat(queue.size()).isZero();
    }

    @Test
    void anEarlierWishReplacesALaterOne() {
        queue.addAfter("a", Duration.ofMinutes(1));
        queue.addAfter("a", Duration.ofSeconds(10));
        pass(Duration.ofSeconds(10));
        assertThat(queue.poll()).contains("a");
        queue.done("a");
        pass(Duration.ofMinutes(1));
        assertThat(queue.poll()).isEmpty();
    }

    @Test
    void aKeyIsNeverInTwoHandsAndComesBackWhenItWasAskedForMeanwhile() {
        queue.add("a");
        assertThat(queue.poll()).contains("a");
        queue.add("a");
        pass(Duration.ofSeconds(10));
        assertThat(queue.poll()).isEmpty();
        queue.done("a");
        assertThat(queue.poll()).contains("a");
    }

    @Test
    void aKeyIsGivenOutNoMoreOftenThanItsSpacing() {
        queue.add("a");
        assertThat(queue.poll()).contains("a");
        queue.done("a");
        queue.add("a");
        assertThat(queue.poll()).isEmpty();
        assertThat(queue.untilNext()).contains(Duration.ofSeconds(2));
        pass(Duration.ofSeconds(2));
        assertThat(queue.poll()).contains("a");
    }

    @Test
    void aFailingKeyComesBackEverMoreRarelyUpToABound() {
        List<Long> waits = new ArrayList<>();
        queue.add("a");
        for (int failure = 0; failure < 40; failure++) {
            assertThat(queue.poll()).contains("a");
            queue.failed("a", Duration.ZERO);
            Duration wait = queue.untilNext().orElseThrow();
            waits.add(wait.toMillis());
            queue.add("a"); // what changes meanwhile does not make it sooner
            assertThat(queue.poll()).isEmpty();
            pass(wait);
        }
        assertThat(waits.get(0)).isBetween(500L, 2_000L);
        assertThat(waits.get(3)).isBetween(4_000L, 8_000L);
        assertThat(waits.subList(5, 40)).allMatch(millis -> millis >= 15_000 && millis <= 30_000);
        assertThat(waits.subList(5, 40)).doesNotHaveDuplicates();
        assertThat(queue.poll()).contains("a");
        queue.done("a");
        queue.add("a");
        assertThat(queue.untilNext().orElseThrow()).isLessThanOrEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void aServerThatSaysWhenIsHeard() {
        queue.add("a");
        assertThat(queue.poll()).contains("a");
        queue.failed("a", Duration.ofSeconds(20));
        assertThat(queue.untilNext()).contains(Duration.ofSeconds(20));
    }

    @Test
    void keysComeInTheOrderOfTheirTimes() {
        queue.addAfter("c", Duration.ofSeconds(3));
        queue.addAfter("a", Duration.ofSeconds(1));
        queue.addAfter("b", Duration.ofSeconds(2));
        pass(Duration.ofSeconds(5));
        assertThat(List.of(
                        queue.poll().orElseThrow(),
                        queue.poll().orElseThrow(),
                        queue.poll().orElseThrow()))
                .containsExactly("a", "b", "c");
    }

    @Test
    void aClosedQueueGivesOutNothing() throws InterruptedException {
        queue.add("a");
        queue.close();
        assertThat(queue.take()).isEmpty();
    }
}
