package dev.muster.controller.state;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The outcome of one event: what to store, then what to do, in this order.
 *
 * @param placement the attempt's record where it changed
 * @param record unchanged where nothing follows from the event
 * @param announcements lines for the job's history
 * @param refusal why what was asked is not granted, one line; nothing else changes then
 */
public record Transition(
        JobRecord record,
        Optional<PlacementRecord> placement,
        List<Announcement> announcements,
        List<Effect> effects,
        Optional<String> refusal) {

    public Transition {
        announcements = List.copyOf(announcements);
        effects = List.copyOf(effects);
    }

    /** A history line before it has its number and time. */
    public record Announcement(String type, JobEvent.Severity severity, String message) {}

    public static Transition unchanged(JobRecord record) {
        return to(record);
    }

    static Transition refused(JobRecord record, String reason) {
        return new Transition(record, Optional.empty(), List.of(), List.of(), Optional.of(reason));
    }

    static Transition to(JobRecord record) {
        return new Transition(record, Optional.empty(), List.of(), List.of(), Optional.empty());
    }

    Transition with(PlacementRecord changed) {
        return new Transition(record, Optional.of(changed), announcements, effects, refusal);
    }

    Transition announce(String type, JobEvent.Severity severity, String message) {
        List<Announcement> more = new ArrayList<>(announcements);
        more.add(new Announcement(type, severity, message));
        return new Transition(record, placement, more, effects, refusal);
    }

    Transition then(Effect... next) {
        List<Effect> more = new ArrayList<>(effects);
        more.addAll(List.of(next));
        return new Transition(record, placement, announcements, more, refusal);
    }
}
