package dev.muster.controller.operations;

import dev.muster.controller.state.JobRecord;
import dev.muster.controller.state.JobStatus;
import dev.muster.controller.state.PlacementRecord;
import dev.muster.controller.state.StopCause;
import dev.muster.scheduler.explain.Explanation;
import java.util.Optional;

/**
 * A job as people see it.
 *
 * @param placement of the present attempt while it holds hosts
 * @param waiting why it waits, while PENDING and the scheduler has looked at it
 */
public record JobView(JobRecord record, Optional<PlacementRecord> placement, Optional<Explanation> waiting) {

    /** One line: why it waits, what it does now, or how it ended. */
    public String reason() {
        JobStatus status = record.status();
        return switch (JobState.of(status)) {
            case HELD -> "held: muster release " + record.key().name() + " puts it in its queue";
            case PENDING ->
                waiting.map(explanation -> explanation.rejection().text())
                        .orElse(orElse(status.message(), "waits for the scheduler to look at it"));
            case STARTING -> orElse(status.message(), "placed; waits until every rank runs");
            case RUNNING -> orElse(status.message(), "every rank runs");
            case STOPPING ->
                orElse(
                        status.message(),
                        "its ranks are being stopped"
                                + status.stopping()
                                        .map(StopCause::message)
                                        .map(why -> ": " + why)
                                        .orElse(""));
            case FINISHED -> orElse(status.message(), "every rank ended with exit code 0");
            case FAILED -> orElse(status.message(), "failed");
            case CANCELLED -> orElse(status.message(), "cancelled");
        };
    }

    private static String orElse(String text, String fallback) {
        return text.isEmpty() ? fallback : text;
    }
}
