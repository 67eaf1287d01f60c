package dev.muster.controller.health;

import dev.muster.controller.state.HealthEvent;
import dev.muster.controller.state.HealthEvent.Severity;
import dev.muster.controller.state.NodeRecord.Health;
import dev.muster.controller.state.NodeRecord.Verdict;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a host is still good for. The worst event since the last release decides: one {@link Severity#FATAL} takes the
 * host out of service, one {@link Severity#SUBHEALTHY} keeps new gangs away. It stays so until an operator releases the
 * host, however quiet it is: broken hardware does not heal by waiting.
 */
public final class NodeVerdicts {

    /** Events kept per host; older ones go first, but never the one that the verdict stands on. */
    public static final int MAX_EVENTS = 50;

    private static final int MAX_REASON_LENGTH = 300;
    private static final int MAX_EVIDENCE_LENGTH = 2000;

    private NodeVerdicts() {}

    /** The health after one more event. The same event again, known by its id, gives back the very same health. */
    public static Health on(Health health, HealthEvent event, Instant now) {
        if (health.events().stream().anyMatch(known -> known.id().equals(event.id()))) {
            return health;
        }
        List<HealthEvent> events = new ArrayList<>(health.events());
        events.add(bounded(event));
        Optional<HealthEvent> worst = worst(events, health.releasedAt());
        dropOldest(events, worst);
        Verdict verdict = worst.map(HealthEvent::severity)
                .flatMap(NodeVerdicts::verdictOf)
                .orElse(Verdict.HEALTHY);
        Optional<Instant> since = verdict == health.verdict() ? health.since() : Optional.of(now);
        String reason = worst.map(NodeVerdicts::reason).orElse("");
        return new Health(verdict, reason, since, events, health.releasedAt());
    }

    /**
     * The health after an operator, or a test of the host, says that it is good again. What was reported so far is kept
     * for people and counts no more, not even events that the agent's clock dates into the future.
     */
    public static Health released(Health health, Instant now) {
        Instant newest = health.events().stream()
                .map(HealthEvent::at)
                .max(Instant::compareTo)
                .filter(at -> at.isAfter(now))
                .orElse(now);
        return new Health(Verdict.HEALTHY, "", Optional.empty(), health.events(), Optional.of(newest));
    }

    /** The first of the most severe events that count; empty when none speaks against the host. */
    private static Optional<HealthEvent> worst(List<HealthEvent> events, Optional<Instant> releasedAt) {
        return events.stream()
                .filter(event -> verdictOf(event.severity()).isPresent())
                .filter(event ->
                        releasedAt.filter(until -> !event.at().isAfter(until)).isEmpty())
                .reduce((first, next) -> next.severity().compareTo(first.severity()) > 0 ? next : first);
    }

    /** What an event of this severity makes of its host; empty when it says nothing about the host. */
    private static Optional<Verdict> verdictOf(Severity severity) {
        return switch (severity) {
            case INFO, JOB -> Optional.empty();
            case SUBHEALTHY -> Optional.of(Verdict.SUBHEALTHY);
            case FATAL -> Optional.of(Verdict.FATAL);
        };
    }

    private static void dropOldest(List<HealthEvent> events, Optional<HealthEvent> worst) {
        while (events.size() > MAX_EVENTS) {
            int oldest = worst.filter(events.get(0)::equals).isPresent() ? 1 : 0;
            events.remove(oldest);
        }
    }

    private static String reason(HealthEvent event) {
        String where = event.deviceIndex().isPresent()
                ? " on accelerator " + event.deviceIndex().getAsInt()
                : "";
        String code = event.code().isBlank() ? "" : " " + event.code();
        String words = event.message().isBlank() ? "" : ": " + event.message();
        return cut((event.check() + code + where + words).strip().replaceAll("\\s+", " "), MAX_REASON_LENGTH);
    }

    /** Agents bound what they send, but nothing here may depend on it. */
    private static HealthEvent bounded(HealthEvent event) {
        return new HealthEvent(
                event.id(),
                event.at(),
                event.check(),
                event.code(),
                event.deviceIndex(),
                event.deviceId(),
                event.severity(),
                cut(event.message(), MAX_REASON_LENGTH),
                cut(event.evidence(), MAX_EVIDENCE_LENGTH));
    }

    private static String cut(String text, int length) {
        if (text.length() <= length) {
            return text;
        }
        int end = length - 1;
        return text.substring(0, Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end) + "…";
    }
}
