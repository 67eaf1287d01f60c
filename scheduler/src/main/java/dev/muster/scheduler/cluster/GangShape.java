package dev.muster.scheduler.cluster;

import dev.muster.scheduler.job.ResourceVector;
import java.util.List;
import java.util.Optional;

/**
 * What decides how many hosts of a domain a kind of gang can use. Gangs of one shape share their counters.
 *
 * @param perHost what each host must give
 * @param acceleratorType empty when any will do
 * @param granules by depth, 0 first, one for each domain depth: the hosts that a gang takes from a domain of that depth are
 *     a multiple of it (slices); each is a multiple of the next
 */
public record GangShape(ResourceVector perHost, Optional<String> acceleratorType, List<Integer> granules) {

    public GangShape {
        granules = List.copyOf(granules);
    }
}
