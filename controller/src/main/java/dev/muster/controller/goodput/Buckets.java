package dev.muster.controller.goodput;

import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * Accelerator time by bucket.
 *
 * @param acceleratorMillis every bucket, in order; an accelerator held for a millisecond counts 1
 */
public record Buckets(Map<Bucket, Long> acceleratorMillis) {

    public static final Buckets NONE = new Buckets(Map.of());

    /** @throws IllegalArgumentException when an amount is negative */
    public Buckets {
        EnumMap<Bucket, Long> all = new EnumMap<>(Bucket.class);
        Arrays.stream(Bucket.values()).forEach(bucket -> all.put(bucket, 0L));
        all.putAll(acceleratorMillis);
        all.forEach((bucket, amount) -> {
            if (amount < 0) {
                throw new IllegalArgumentException(bucket.label() + " is " + amount + "; time cannot be negative");
            }
        });
        acceleratorMillis = Collections.unmodifiableMap(all);
    }

    public long amount(Bucket bucket) {
        return acceleratorMillis.getOrDefault(bucket, 0L);
    }

    public long total() {
        return acceleratorMillis.values().stream().reduce(0L, Math::addExact);
    }

    Buckets plus(Bucket bucket, long amount) {
        return amount == 0 ? this : plus(new Buckets(Map.of(bucket, amount)));
    }

    Buckets plus(Buckets other) {
        EnumMap<Bucket, Long> sum = new EnumMap<>(acceleratorMillis);
        other.acceleratorMillis.forEach((bucket, amount) -> sum.merge(bucket, amount, Math::addExact));
        return new Buckets(sum);
    }
}
