package dev.muster.scheduler.job;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Amounts of named resources, each a whole number that is not negative; what is not named is zero. Amounts never wrap:
 * sums past {@link Long#MAX_VALUE} throw {@link ArithmeticException}.
 *
 * <p>Units: {@link #ACCELERATORS} in devices, {@link #CPU_MILLIS} in thousandths of a core, {@link #MEMORY_BYTES} in
 * bytes; other names in whatever unit the cluster file uses.
 */
public record ResourceVector(SortedMap<String, Long> amounts) {

    public static final String ACCELERATORS = "accelerators";
    public static final String CPU_MILLIS = "cpuMillis";
    public static final String MEMORY_BYTES = "memoryBytes";

    public static final ResourceVector ZERO = new ResourceVector(new TreeMap<>());

    public ResourceVector {
        TreeMap<String, Long> kept = new TreeMap<>(amounts);
        kept.values().removeIf(amount -> amount == 0);
        kept.forEach((name, amount) -> {
            if (amount < 0) {
                throw new IllegalArgumentException(name + " is " + amount + "; amounts cannot be negative");
            }
        });
        amounts = Collections.unmodifiableSortedMap(kept);
    }

    public static ResourceVector of(long accelerators, long cpuMillis, long memoryBytes) {
        return new ResourceVector(
                new TreeMap<>(Map.of(ACCELERATORS, accelerators, CPU_MILLIS, cpuMillis, MEMORY_BYTES, memoryBytes)));
    }

    public long amount(String resource) {
        return amounts.getOrDefault(resource, 0L);
    }

    public boolean isZero() {
        return amounts.isEmpty();
    }

    public ResourceVector plus(ResourceVector other) {
        TreeMap<String, Long> sum = new TreeMap<>(amounts);
        other.amounts.forEach((name, amount) -> sum.merge(name, amount, Math::addExact));
        return new ResourceVector(sum);
    }

    /** @throws IllegalArgumentException when more is taken than there is */
    public ResourceVector minus(ResourceVector other) {
        TreeMap<String, Long> difference = new TreeMap<>(amounts);
        other.amounts.forEach((name, amount) -> difference.merge(name, -amount, Math::addExact));
        return new ResourceVector(difference);
    }

    /** What is left when as much as there is of something is taken. */
    public ResourceVector minusAtMost(ResourceVector other) {
        TreeMap<String, Long> difference = new TreeMap<>(amounts);
        difference.replaceAll((name, amount) -> Math.max(0, amount - other.amount(name)));
        return new ResourceVector(difference);
    }

    public ResourceVector times(long factor) {
        TreeMap<String, Long> product = new TreeMap<>();
        amounts.forEach((name, amount) -> product.put(name, Math.multiplyExact(amount, factor)));
        return new ResourceVector(product);
    }

    /** Whether each amount of this is at most that of {@code room}. */
    public boolean fitsIn(ResourceVector room) {
        for (Map.Entry<String, Long> entry : amounts.entrySet()) {
            if (entry.getValue() > room.amount(entry.getKey())) {
                return false;
            }
        }
        return true;
    }
}
