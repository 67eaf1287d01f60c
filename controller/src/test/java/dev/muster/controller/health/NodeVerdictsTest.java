package dev.muster.controller.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.controller.state.HealthEvent;
import dev.muster.controller.state.HealthEvent.Severity;
import dev.muster.controller.state.NodeRecord.Health;
import dev.muster.controller.state.NodeRecord.Verdict;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class NodeVerdictsTest {

    private static final Instant START = Instant.parse("2026-11-23T08:00:00Z");
    private static final List<Severity> SEVERITIES = List.of(Severity.values());

    @Test
    void oneFatalEventTakesTheHostOutOfServiceAndSaysWhy() {
        Health health = on(Health.HEALTHY, event("a", Severity.FATAL, 10, "GPU has fallen\noff the bus"), 11);

        assertThat(health.verdict()).isEqualTo(Verdict.FATAL);
        assertThat(health.reason()).isEqualTo("xid 79 on accelerator 3: GPU has fallen off the bus");
        assertThat(health.since()).hasValue(START.plusSeconds(11));
    }

    @Test
    void aFaultOfTheWholeHostNamesNoAccelerator() {
        HealthEvent event = new HealthEvent(
                "a", START, "memory", "", OptionalInt.empty(), "", Severity.SUBHEALTHY, "ECC errors", "");

        assertThat(on(Health.HEALTHY, event, 0).reason()).isEqualTo("memory: ECC errors");
    }

    @Test
    void whatKillsOnlyAJobSaysNothingAboutItsHost() {
        Health health = on(Health.HEALTHY, event("a", Severity.INFO, 0, ""), 0);
        health = on(health, event("b", Severity.JOB, 1, ""), 1);

        assertThat(health.verdict()).isEqualTo(Verdict.HEALTHY);
        assertThat(health.reason()).isEmpty();
        assertThat(health.since()).isEmpty();
        assertThat(health.events()).extracting(HealthEvent::id).containsExactly("a", "b");
    }

    @Test
    void theWorstEventDecidesAndTheFirstOfItsKindIsNamed() {
        Health health = on(Health.HEALTHY, event("a", Severity.SUBHEALTHY, 0, "first"), 0);
        health = on(health, event("b", Severity.SUBHEALTHY, 5, "second"), 5);
        assertThat(health.verdict()).isEqualTo(Verdict.SUBHEALTHY);
        assertThat(health.reason()).endsWith("first");
        assertThat(health.since()).hasValue(START);

        health = on(health, event("c", Severity.FATAL, 9, "third"), 9);
        health = on(health, event("d", Severity.SUBHEALTHY, 12, "fourth"), 12);
        assertThat(health.verdict()).isEqualTo(Verdict.FATAL);
        assertThat(health.reason()).endsWith("third");
        assertThat(health.since()).hasValue(START.plusSeconds(9));
    }

    @Test
    void theSameEventTwiceChangesNothing() {
        Health once = on(Health.HEALTHY, event("a", Severity.FATAL, 0, "bad"), 0);

        assertThat(on(once, event("a", Severity.FATAL, 0, "bad"), 60)).isSameAs(once);
    }

    @Test
    void aReleasedHostIsHealthyUntilSomethingNewHappens() {
        Health health = on(Health.HEALTHY, event("a", Severity.FATAL, 0, "bad"), 0);

        health = NodeVerdicts.released(health, START.plusSeconds(100));
        assertThat(health.verdict()).isEqualTo(Verdict.HEALTHY);
        assertThat(health.reason()).isEmpty();
        assertThat(health.events()).as("kept for people").hasSize(1);

        health = on(health, event("late", Severity.FATAL, 50, "from before the repair"), 101);
        assertThat(health.verdict()).isEqualTo(Verdict.HEALTHY);
        health = on(health, event("new", Severity.SUBHEALTHY, 102, "again"), 102);
        assertThat(health.verdict()).isEqualTo(Verdict.SUBHEALTHY);
        assertThat(health.reason()).endsWith("again");
    }

    @Test
    void aReleaseHoldsAlsoAgainstAnAgentWhoseClockIsAhead() {
        Health health = on(Health.HEALTHY, event("a", Severity.FATAL, 3600, "from the future"), 0);

        health = NodeVerdicts.released(health, START.plusSeconds(10));
        health = on(health, event("b", Severity.INFO, 11, ""), 11);

        assertThat(health.verdict()).isEqualTo(Verdict.HEALTHY);
    }

    @Test
    void aFloodOfEventsNeverDropsTheOneThatCounts() {
        Health health = on(Health.HEALTHY, event("before", Severity.INFO, 0, ""), 0);
        health = on(health, event("fatal", Severity.FATAL, 1, "bad"), 1);
        for (int i = 0; i < 1000; i++) {
            health = on(health, event("flood" + i, Severity.JOB, 2 + i, ""), 2 + i);
        }

        assertThat(health.events()).hasSize(NodeVerdicts.MAX_EVENTS);
        assertThat(health.events())
                .extracting(HealthEvent::id)
                .startsWith("fatal", "flood951")
                .endsWith("flood999");
        assertThat(health.verdict()).isEqualTo(Verdict.FATAL);
    }

    @Test
    void whatAnAgentSendsIsCutToABoundedLength() {
        HealthEvent event = new HealthEvent(
                "a",
                START,
                "xid",
                "79",
                OptionalInt.of(0),
                "gpu",
                Severity.FATAL,
                "m".repeat(100_000),
                "e".repeat(100_000));

        Health health = on(Health.HEALTHY, event, 0);

        assertThat(health.reason()).hasSize(300).endsWith("…");
        assertThat(health.events().get(0).evidence()).hasSize(2000);
    }

    @Test
    void whateverIsReportedTheVerdictIsThatOfTheWorstSinceTheRelease() {
        for (long seed = 0; seed < 500; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            Health health = Health.HEALTHY;
            List<Severity> counting = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                if (random.nextInt(40) == 0) {
                    health = NodeVerdicts.released(health, START.plusSeconds(i));
                    counting.clear();
                    continue;
                }
                Severity severity = SEVERITIES.get(random.nextInt(SEVERITIES.size()));
                counting.add(severity);
                health = on(health, event("e" + i, severity, i, "m"), i);

                assertThat(health.verdict()).as("seed %d, event %d", seed, i).isEqualTo(expected(counting));
                assertThat(health.reason().isEmpty()).isEqualTo(health.verdict() == Verdict.HEALTHY);
                assertThat(health.since().isPresent()).isEqualTo(health.verdict() != Verdict.HEALTHY);
                assertThat(health.events()).hasSizeLessThanOrEqualTo(NodeVerdicts.MAX_EVENTS);
            }
        }
    }

    private static Verdict expected(List<Severity> counting) {
        if (counting.contains(Severity.FATAL)) {
            return Verdict.FATAL;
        }
        return counting.contains(Severity.SUBHEALTHY) ? Verdict.SUBHEALTHY : Verdict.HEALTHY;
    }

    private static Health on(Health health, HealthEvent event, long afterSeconds) {
        return NodeVerdicts.on(health, event, START.plusSeconds(afterSeconds));
    }

    private static HealthEvent event(String id, Severity severity, long afterSeconds, String message) {
        return new HealthEvent(
                id,
                START.plusSeconds(afterSeconds),
                "xid",
                "79",
                OptionalInt.of(3),
                "gpu-3",
                severity,
                message,
                "NVRM: Xid (PCI:0000:3b:00): 79");
    }
}
