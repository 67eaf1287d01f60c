package dev.muster.scheduler.job;

import dev.muster.scheduler.document.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * One thing wrong with a job or cluster file.
 *
 * @param field as {@code spec.gang.hosts}; empty for the whole file
 * @param message what is wrong, the value, and what to do
 * @param line in the file, from 1; empty when there is no file
 */
public record Violation(String field, String message, OptionalInt line) {

    public static Violation of(String field, String message) {
        return new Violation(field, message, OptionalInt.empty());
    }

    /** The problems of a document, which have lines. */
    public static List<Violation> ofProblems(List<Problem> problems) {
        List<Violation> violations = new ArrayList<>();
        for (Problem problem : problems) {
            violations.add(new Violation(problem.field(), problem.message(), OptionalInt.of(problem.line())));
        }
        return violations;
    }

    @Override
    public String toString() {
        String where = line.isPresent() ? "line " + line.getAsInt() + ": " : "";
        return where + (field.isEmpty() ? "" : field + ": ") + message;
    }
}
