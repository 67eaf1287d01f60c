package dev.muster.controller.state;

import java.util.List;
import java.util.Optional;

/**
 * The outcome of one event: what to store, then what to do, in this order.
 *
 * @param placement the attempt's record where it changed
 * @param announcements lines for the job's history
 */
public record Transition(
        JobRecord record, Optional<PlacementRecord> placement, List<Announcement> announcements, List<Effect> effects) {

    public Transition {
        announcements = List.copyOf(announcements);
        effects = List.copyOf(effects);
    }

    /** A history line before it has its number and time. */
    public record Announcement(String type, JobEvent.Severity severity, String message) {}

    public static Transition unchanged(JobRecord record) {
        return new Transition(record, Optional.empty(), List.of(), List.of());
    }
}
