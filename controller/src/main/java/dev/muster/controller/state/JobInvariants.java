package dev.muster.controller.state;

import java.util.Optional;

/** What is true of every job at all times; a job that breaks it must not be acted upon. */
final class JobInvariants {

    private JobInvariants() {}

    /**
     * Checks a job and the record of its latest attempt.
     *
     * @throws IllegalStateException naming what is broken
     */
    static void check(JobRecord record, Optional<PlacementRecord> placement) {
        JobStatus status = record.status();
        JobPhase phase = status.phase();
        check(record, status.stopping().isPresent() == (phase == JobPhase.STOPPING), "a stop cause iff STOPPING");
        check(record, !status.held() || phase == JobPhase.PENDING, "held only while PENDING");
        check(record, status.finishedAt().isPresent() == phase.isTerminal(), "a finishing time iff it has ended");
        check(record, !phase.holdsHosts() || placement.isPresent(), "the record of its present attempt");
        placement.ifPresent(latest -> {
            check(record, latest.jobUid().equals(record.uid()), "a placement of its own, not of " + latest.jobUid());
            check(
                    record,
                    latest.attempt() == status.attempt(),
                    "the placement of its latest attempt, not of " + latest.attempt());
            check(
                    record,
                    latest.endedAt().isPresent() != phase.holdsHosts(),
                    "an attempt that has ended iff it holds no hosts");
        });
    }

    /** @throws IllegalStateException saying what the job must have */
    static void check(JobRecord record, boolean holds, String what) {
        if (!holds) {
            throw broken(record, "it must have " + what);
        }
    }

    static IllegalStateException broken(JobRecord record, String what) {
        return new IllegalStateException("Job " + record.key() + " (" + record.uid() + ", " + record.phase()
                + ", attempt " + record.status().attempt() + ") is broken: " + what);
    }
}
