package dev.muster.controller.simulation.invariant;

import dev.muster.controller.scheduling.GangScheduling.Forecast;
import dev.muster.controller.simulation.control.ControllerCore;
import dev.muster.controller.state.JobPhase;
import dev.muster.controller.state.JobRecord;
import java.time.Duration;
import java.time.Instant;

/** At rest, whoever waits can be told why, and nobody waits for hosts that are free for him. */
public final class WaitingHasAReason extends Invariant {

    /** Asking costs as much as a cycle. */
    private static final Duration ASKED_EVERY = Duration.ofSeconds(10);

    private Instant lastTime = Instant.EPOCH;

    @Override
    public void atRest(ControllerCore controller) {
        Instant now = controller.loop().clock().instant();
        boolean askedLately = Duration.between(lastTime, now).abs().compareTo(ASKED_EVERY) < 0;
        if (askedLately || controller.nodes().unheard() > 0) {
            return;
        }
        lastTime = now;
        for (JobRecord job : controller.model().waiting()) {
            if (!job.status().held() && job.phase() == JobPhase.PENDING) {
                judge(job, controller.scheduling().forecast(job, now));
            }
        }
    }

    private void judge(JobRecord job, Forecast forecast) {
        require(
                forecast.waiting().isPresent() || !forecast.preempts().isEmpty(),
                () -> job.key() + " waits although " + forecast.placement() + " is free for it");
    }
}
