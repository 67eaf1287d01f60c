package dev.muster.controller.simulation.invariant;

import dev.muster.controller.scheduling.GangScheduling.Forecast;
import dev.muster.controller.simulation.control.ControllerCore;
import dev.muster.controller.simulation.time.Timeline;
import dev.muster.controller.state.JobPhase;
import dev.muster.controller.state.JobRecord;
import dev.muster.scheduler.job.JobKey;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** At rest, whoever waits can be told why, and nobody waits for long for hosts that are free for him. */
public final class WaitingHasAReason extends Invariant {

    /** Asking costs as much as a cycle. */
    private static final Duration ASKED_EVERY = Duration.ofSeconds(10);

    /** Who is passed over in one cycle starts in the next one, which begins when anything changes. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);

    private final Map<JobKey, Duration> freeSince = new HashMap<>();
    private final Timeline timeline;
    private Duration lastTime = Duration.ZERO;

    public WaitingHasAReason(Timeline timeline) {
        this.timeline = timeline;
    }

    /** Whoever leads next knows less at first. */
    @Override
    public void leads(long term) {
        freeSince.clear();
    }

    @Override
    public void atRest(ControllerCore controller) {
        Duration now = timeline.now();
        boolean askedLately = now.minus(lastTime).compareTo(ASKED_EVERY) < 0;
        // While gangs stop, those who wait are being promised their hosts, in turn.
        boolean someStop = controller.model().jobsIn(JobPhase.STOPPING) > 0;
        if (askedLately || someStop || controller.nodes().unheard() > 0) {
            return;
        }
        lastTime = now;
        Instant instant = controller.loop().clock().instant();
        for (JobRecord job : controller.model().waiting()) {
            if (!job.status().held()) {
                judge(job, controller.scheduling().forecast(job, instant), now);
            }
        }
    }

    private void judge(JobRecord job, Forecast forecast, Duration now) {
        boolean free = forecast.waiting().isEmpty() && forecast.preempts().isEmpty();
        require(
                !free || !forecast.placement().isEmpty(),
                () -> job.key() + " waits and can be told neither why nor where it would run");
        if (!free) {
            freeSince.remove(job.key());
            return;
        }
        Duration since = freeSince.computeIfAbsent(job.key(), key -> now);
        require(
                now.minus(since).compareTo(LONGEST_WAIT) < 0,
                () -> job.key() + " has waited for " + now.minus(since) + " although " + forecast.placement()
                        + " is free for it");
    }

    @Override
    public void stored(Optional<JobRecord> before, JobRecord job) {
        if (job.phase() != JobPhase.PENDING) {
            freeSince.remove(job.key());
        }
    }
}
