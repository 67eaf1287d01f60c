package dev.muster.controller.codec;

import dev.muster.scheduler.job.Names;
import dev.muster.scheduler.job.Violation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is wrong with a message, collected while it is read, so that one answer names everything. Reading goes on with a
 * harmless value in place of a bad one; whoever reads looks at {@link #none} before using the result.
 */
public final class Problems {

    private static final int MAX_KEPT = 100;

    private final List<Violation> found = new ArrayList<>();

    public boolean none() {
        return found.isEmpty();
    }

    public List<Violation> all() {
        return List.copyOf(found);
    }

    /** One line for people: the first three, and how many more there are. */
    public String summary() {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < Math.min(3, found.size()); i++) {
            line.append(i == 0 ? "" : "; ").append(found.get(i));
        }
        if (found.size() > 3) {
            line.append("; and ").append(found.size() - 3).append(" more");
        }
        return line.toString();
    }

    public void add(String field, String message) {
        add(Violation.of(field, message));
    }

    /** A field that already has a problem keeps its first: what follows from a replaced value would only confuse. */
    public void add(Violation violation) {
        if (found.size() < MAX_KEPT
                && found.stream().noneMatch(known -> known.field().equals(violation.field()))) {
            found.add(violation);
        }
    }

    long notNegative(String field, long value) {
        if (value < 0) {
            add(field, "is " + value + "; it cannot be negative");
            return 0;
        }
        return value;
    }

    int notNegative(String field, int value) {
        return (int) notNegative(field, (long) value);
    }

    Duration duration(String field, long millis) {
        if (millis < 0) {
            add(field, "is " + millis + " ms; a duration cannot be negative");
            return Duration.ZERO;
        }
        return Duration.ofMillis(millis);
    }

    /** Where 0 stands for none. */
    Optional<Duration> optionalDuration(String field, long millis) {
        return millis == 0 ? Optional.empty() : Optional.of(duration(field, millis));
    }

    String text(String field, String value, int maxLength) {
        if (value.length() > maxLength) {
            add(field, "has " + value.length() + " characters; at most " + maxLength);
            return "";
        }
        if (value.indexOf('\0') >= 0) {
            add(field, "contains a NUL character; remove it");
            return "";
        }
        return value;
    }

    /** Where the empty string stands for none. */
    Optional<String> optionalText(String field, String value, int maxLength) {
        String sound = text(field, value, maxLength);
        return sound.isEmpty() ? Optional.empty() : Optional.of(sound);
    }

    /** A host's name ends up in keys and log lines: the rule is that of cluster files. */
    String host(String field, String value) {
        return sound(field, value, Names.problemOfHost(value));
    }

    /** A domain's name, by the rule of cluster files. */
    String domain(String field, String value) {
        return sound(field, value, Names.problemOfName(value));
    }

    private String sound(String field, String value, Optional<String> problem) {
        problem.ifPresent(message -> add(field, message));
        return problem.isPresent() ? "" : value;
    }

    String required(String field, String value, int maxLength) {
        if (value.isEmpty()) {
            add(field, "is missing");
        }
        return text(field, value, maxLength);
    }

    /** Whether there are few enough to read on. */
    boolean bounded(String field, int count, int max) {
        if (count > max) {
            add(field, "has " + count + " entries; at most " + max);
            return false;
        }
        return true;
    }

    <D extends Enum<D>, W extends Enum<W>> D known(String field, EnumMapping<D, W> mapping, W value, D harmless) {
        Optional<D> known = mapping.domain(value);
        if (known.isEmpty()) {
            add(
                    field,
                    "has a value that this version does not know; use a version that is not newer than the controller");
        }
        return known.orElse(harmless);
    }
}
