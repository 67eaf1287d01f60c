package dev.muster.controller.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.controller.loop.FaultHandler.Fault;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Timers of the loop: in their order, once, and never after they were cancelled. */
class EventLoopTimersTest {

    private static final Instant START = Instant.parse("2026-11-01T00:00:00Z");

    private final List<String> story = new ArrayList<>();
    private final List<Fault> faults = new ArrayList<>();
    private ManualEventLoop loop = loop(LoopSettings.DEFAULT);

    private ManualEventLoop loop(LoopSettings settings) {
        return new ManualEventLoop(
                new HoldingStore(),
                () -> false,
                List::of,
                faults::add,
                LoopListener.NONE,
                new ManualClock(START),
                settings);
    }

    @Test
    void timersFireAtTheirTimeInOrderAndCancelledOnesNever() {
        schedule("late", Duration.ofSeconds(10));
        schedule("early", Duration.ofSeconds(1));
        Timer cancelled = schedule("cancelled", Duration.ofSeconds(2));
        schedule("early, after the other", Duration.ofSeconds(1));
        loop.advance(Duration.ofMillis(999));
        assertThat(story).isEmpty();

        assertThat(cancelled.cancel()).isTrue();
        assertThat(cancelled.cancel()).isFalse();
        loop.advance(Duration.ofSeconds(60));

        assertThat(story).containsExactly("early at 1", "early, after the other at 1", "late at 10");
    }

    @Test
    void aTimerThatSchedulesItselfAnewRepeatsAndItsRefusalsGoNowhere() {
        repeat();
        loop.advance(Duration.ofSeconds(5));

        assertThat(story).containsExactly("tick", "tick", "tick", "tick", "tick");
        assertThat(faults).isEmpty();
    }

    private void repeat() {
        loop.schedule("tick", Duration.ofSeconds(1), now -> {
            story.add("tick");
            repeat();
            throw new Taken("nobody hears this");
        });
    }

    @Test
    void aTimerCancelledByAnOperationOfTheSameTurnDoesNotRun() {
        Timer[] victim = new Timer[1];
        loop.schedule("assassin", Duration.ofSeconds(1), now -> {
            assertThat(victim[0].cancel()).isTrue();
            return Decision.done();
        });
        victim[0] = schedule("victim", Duration.ofSeconds(1));
        loop.advance(Duration.ofSeconds(2));

        assertThat(story).isEmpty();
    }

    @Test
    void tooManyTimersAreRefusedToWhoeverSetsThem() {
        loop = loop(new LoopSettings(10, 2, 10, 10, Duration.ofSeconds(1)));
        schedule("one", Duration.ofSeconds(1));
        schedule("two", Duration.ofSeconds(1)).cancel();
        schedule("two again", Duration.ofSeconds(1));

        assertThatThrownBy(() -> schedule("three", Duration.ofSeconds(1))).isInstanceOf(LoopException.Busy.class);
    }

    private Timer schedule(String name, Duration delay) {
        return loop.schedule(name, delay, now -> {
            story.add(name + " at " + Duration.between(START, now).toSeconds());
            return Decision.done();
        });
    }

    /** Of no interest to anybody. */
    private static final class Taken extends RuntimeException implements DeclaredRefusal {
        private static final long serialVersionUID = 1L;

        Taken(String message) {
            super(message);
        }
    }
}
