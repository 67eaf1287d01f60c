package dev.muster.controller.codec;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Pairs the constants of a domain enum with those of a generated one by name, so that neither side can gain or rename a
 * constant unnoticed: a missing partner fails when the class loads.
 */
final class EnumMapping<D extends Enum<D>, W extends Enum<W>> {

    private final Map<D, W> toWire;
    private final Map<W, D> toDomain;

    private EnumMapping(Map<D, W> toWire, Map<W, D> toDomain) {
        this.toWire = toWire;
        this.toDomain = toDomain;
    }

    /** @param prefix what generated names have before the domain's name */
    static <D extends Enum<D>, W extends Enum<W>> EnumMapping<D, W> of(Class<D> domain, Class<W> wire, String prefix) {
        Map<D, W> toWire = new EnumMap<>(domain);
        Map<W, D> toDomain = new EnumMap<>(wire);
        for (D constant : domain.getEnumConstants()) {
            W partner = Enum.valueOf(wire, prefix + constant.name());
            toWire.put(constant, partner);
            toDomain.put(partner, constant);
        }
        return new EnumMapping<>(toWire, toDomain);
    }

    W wire(D constant) {
        return Objects.requireNonNull(toWire.get(constant));
    }

    /** Empty for the unspecified constant and for numbers this version does not know. */
    Optional<D> domain(W constant) {
        return Optional.ofNullable(toDomain.get(constant));
    }
}
