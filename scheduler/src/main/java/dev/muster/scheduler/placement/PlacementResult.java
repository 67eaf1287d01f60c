package dev.muster.scheduler.placement;

import dev.muster.scheduler.explain.Rejection;
import java.util.Optional;

/** Either where a gang goes, or why it does not. */
public sealed interface PlacementResult {

    /** The hosts are found; nothing has been taken into use. */
    record Placed(Placement placement) implements PlacementResult {}

    /** There is no way. */
    record Refused(Rejection rejection) implements PlacementResult {}

    default Optional<Placement> placed() {
        return this instanceof Placed placed ? Optional.of(placed.placement()) : Optional.empty();
    }

    default Optional<Rejection> refused() {
        return this instanceof Refused refused ? Optional.of(refused.rejection()) : Optional.empty();
    }
}
