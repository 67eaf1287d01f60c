package dev.muster.scheduler.job;

import java.util.OptionalInt;

/**
 * One thing wrong with a job or cluster file.
 *
 * @param field as {@code spec.gang.hosts}
 * @param message what is wrong, the value, and what to do
 * @param line in the file, from 1; empty when there is no file
 */
public record Violation(String field, String message, OptionalInt line) {

    public static Violation of(String field, String message) {
        return new Violation(field, message, OptionalInt.empty());
    }

    @Override
    public String toString() {
        return (line.isPresent() ? "line " + line.getAsInt() + ": " : "") + field + ": " + message;
    }
}
