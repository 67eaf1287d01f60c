package dev.muster.controller.goodput;

import dev.muster.controller.state.Effect.ReleaseSpare;
import dev.muster.controller.state.JobPhase;
import dev.muster.controller.state.JobRecord;
import dev.muster.controller.state.JobStatus;
import dev.muster.controller.state.PlacementRecord;
import dev.muster.controller.state.StopCause;
import dev.muster.controller.state.Transition;
import dev.muster.scheduler.job.ResourceVector;
import java.time.Instant;

/** Books the transitions of a job in its ledger; the ledger is stored together with what the transition changed. */
public final class GoodputAccounting {

    private GoodputAccounting() {}

    /** The ledger of a job that was just submitted. */
    public static JobLedger opened(JobRecord record, Instant now) {
        JobLedger ledger = JobLedger.opened(record.spec().gang().hosts() * acceleratorsPerHost(record));
        return (waits(record) ? ledger.queued(now) : ledger).marked(now);
    }

    /**
     * The ledger after a transition; the same one when nothing happened that matters to it.
     *
     * @param before the job before the transition
     */
    public static JobLedger book(JobLedger ledger, JobRecord before, Transition transition, Instant now) {
        if (transition.record().equals(before) && transition.effects().isEmpty()) {
            return ledger;
        }
        JobRecord after = transition.record();
        JobLedger booked = progressed(ledger.marked(now), before.status(), after.status(), now);
        booked = moved(booked, before, transition, now);
        booked = sparesReleased(booked, transition, now);
        return waits(after) ? booked.queued(now) : booked.notQueued(now);
    }

    private static JobLedger progressed(JobLedger ledger, JobStatus before, JobStatus after, Instant now) {
        return after.progress()
                .filter(progress -> !after.progress().equals(before.progress()))
                .map(progress -> ledger.progress(progress, now))
                .orElse(ledger);
    }

    private static JobLedger moved(JobLedger ledger, JobRecord before, Transition transition, Instant now) {
        JobRecord after = transition.record();
        if (after.phase() == JobPhase.STOPPING) {
            return stopped(ledger, before.status(), after.status(), now);
        }
        if (before.phase() == after.phase()) {
            return ledger;
        }
        if (after.phase() == JobPhase.STARTING) {
            return transition
                    .placement()
                    .map(placement -> placed(ledger, after, placement, now))
                    .orElse(ledger);
        }
        if (after.phase() == JobPhase.RUNNING) {
            return ledger.running(now);
        }
        return before.phase().holdsHosts() ? ended(ledger, before, after, now) : ledger;
    }

    private static JobLedger placed(JobLedger ledger, JobRecord record, PlacementRecord placement, Instant now) {
        long perHost = acceleratorsPerHost(record);
        boolean hasCheckpoint = record.status()
                .progress()
                .filter(progress -> progress.checkpoint() > 0)
                .isPresent();
        return ledger.placed(
                placement.hosts().size() * perHost, placement.spares().size() * perHost, hasCheckpoint, now);
    }

    private static JobLedger stopped(JobLedger ledger, JobStatus before, JobStatus after, Instant now) {
        return after.stopping()
                .map(StopCause::kind)
                .filter(kind -> !before.stopping()
                        .map(StopCause::kind)
                        .equals(after.stopping().map(StopCause::kind)))
                .map(kind -> ledger.stopping(kind, now))
                .orElse(ledger);
    }

    /** An attempt that ended without having been stopped and did not succeed was cut off from its controllers. */
    private static JobLedger ended(JobLedger ledger, JobRecord before, JobRecord after, Instant now) {
        boolean cutOff = before.phase() != JobPhase.STOPPING && after.phase() != JobPhase.FINISHED;
        JobLedger known = cutOff ? ledger.stopping(StopCause.Kind.HOST_LOST, now) : ledger;
        return known.ended(now);
    }

    private static JobLedger sparesReleased(JobLedger ledger, Transition transition, Instant now) {
        long released = transition.effects().stream()
                .filter(effect -> effect instanceof ReleaseSpare)
                .count();
        return released == 0 ? ledger : ledger.spareReleased(released * acceleratorsPerHost(transition.record()), now);
    }

    private static boolean waits(JobRecord record) {
        return record.phase() == JobPhase.PENDING && !record.status().held();
    }

    private static long acceleratorsPerHost(JobRecord record) {
        return record.spec().gang().perHost().amount(ResourceVector.ACCELERATORS);
    }
}
