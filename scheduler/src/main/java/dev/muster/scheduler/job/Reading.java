package dev.muster.scheduler.job;

import java.util.List;
import java.util.Optional;

/**
 * What came of reading a file: the value, or everything that is wrong with it.
 *
 * @param value present exactly when there are no violations
 */
public record Reading<T>(Optional<T> value, List<Violation> violations) {

    public Reading {
        violations = List.copyOf(violations);
        if (value.isPresent() != violations.isEmpty()) {
            throw new IllegalArgumentException("a reading has either a value or violations");
        }
    }

    public static <T> Reading<T> sound(T value) {
        return new Reading<>(Optional.of(value), List.of());
    }

    public static <T> Reading<T> broken(List<Violation> violations) {
        return new Reading<>(Optional.empty(), violations);
    }

    public boolean isSound() {
        return violations.isEmpty();
    }
}
