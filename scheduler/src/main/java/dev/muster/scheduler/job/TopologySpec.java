package dev.muster.scheduler.job;

import java.util.List;
import java.util.Optional;

/**
 * How close together a gang must be.
 *
 * @param required a level whose domains the gang never spans
 * @param preferred the level of which the gang uses the fewest domains
 * @param slices runs of consecutive hosts that never leave a domain; outermost first
 */
public record TopologySpec(
        Optional<String> required, Optional<String> preferred, List<SliceSpec> slices, Spread spread) {

    public static final TopologySpec ANYWHERE =
            new TopologySpec(Optional.empty(), Optional.empty(), List.of(), Spread.PACKED);

    public TopologySpec {
        slices = List.copyOf(slices);
    }
}
