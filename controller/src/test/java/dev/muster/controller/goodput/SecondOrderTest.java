package dev.muster.controller.goodput;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.controller.goodput.SecondOrder.Cause;
import dev.muster.controller.goodput.SecondOrder.Charge;
import dev.muster.controller.state.Progress;
import dev.muster.controller.state.StopCause.Kind;
import java.time.Instant;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

/** What a victim loses is charged from the order to stop until it is where it was before; 6 accelerators, in seconds. */
class SecondOrderTest {

    private static final Instant START = Instant.parse("2026-11-23T08:00:00Z");
    private static final Cause CAUSE = new Cause("uid-of-the-failed", "research");

    private JobLedger victim = JobLedger.opened(6).placed(6, 0, false, at(0)).running(at(2));

    private void trainsUntilPreempted() {
        report(4, 0, 0);
        report(104, 100, 80);
        victim = victim.stopping(Kind.PREEMPTION, at(104)).charged(CAUSE);
    }

    @Test
    void theChargeIsTheGraceTheRestartTheLoadAndTheLostSteps() {
        trainsUntilPreempted();
        victim = victim.ended(at(110)).placed(6, 0, true, at(500)).running(at(503));
        report(508, 80, 80);
        assertThat(victim.secondOrder().charge().orElseThrow().closed()).isFalse();
        report(548, 120, 120);

        assertThat(victim.secondOrder().charge()).contains(new Charge(CAUSE, 6000 * (6 + 3 + 5 + 20), true));
        assertThat(victim.at(at(548)).sufferedAcceleratorMillis()).isEqualTo(6000 * 34);
    }

    @Test
    void aClosedChargeGrowsNoMoreAndCountsOnceWhenItHasBeenHandedOver() {
        trainsUntilPreempted();
        victim = victim.ended(at(110)).placed(6, 0, true, at(110)).running(at(110));
        report(110, 100, 80);
        report(120, 110, 80);
        victim = victim.chargeHandedOver();
        victim = victim.stopping(Kind.HOST_LOST, at(125)).ended(at(130));

        assertThat(victim.secondOrder().charge()).isEmpty();
        assertThat(victim.at(at(200)).sufferedAcceleratorMillis()).isEqualTo(6000 * 6);
    }

    @Test
    void aFailureOfTheVictimItselfEndsTheCharge() {
        trainsUntilPreempted();
        victim = victim.ended(at(110)).placed(6, 0, true, at(110)).running(at(113));
        victim = victim.stopping(Kind.HOST_LOST, at(120)).ended(at(140));

        assertThat(victim.secondOrder().charge()).contains(new Charge(CAUSE, 6000 * (6 + 3 + 7), true));
        assertThat(victim.secondOrder().requeuedByFailure()).isTrue();
    }

    @Test
    void onlyAFailureMakesAJobRequeuedByOneAndItsNextPlacementEndsThat() {
        JobLedger job = victim.stopping(Kind.HOST_FAULT, at(10)).ended(at(11));
        assertThat(job.secondOrder().requeuedByFailure()).isTrue();
        assertThat(job.placed(6, 0, false, at(20)).secondOrder().requeuedByFailure())
                .isFalse();
        assertThat(victim.stopping(Kind.DRAIN, at(10))
                        .ended(at(11))
                        .secondOrder()
                        .requeuedByFailure())
                .isFalse();
    }

    @Test
    void theFirstCauseStays() {
        trainsUntilPreempted();
        victim = victim.charged(new Cause("another", "research"));
        assertThat(victim.secondOrder().charge().orElseThrow().cause()).isEqualTo(CAUSE);
    }

    private void report(long afterSeconds, long step, long checkpoint) {
        victim = victim.progress(
                new Progress(step, checkpoint, OptionalDouble.empty(), 0, 0, at(afterSeconds)), at(afterSeconds));
    }

    private static Instant at(long seconds) {
        return START.plusSeconds(seconds);
    }
}
