package dev.muster.controller.state;

import dev.muster.controller.state.PlacementRecord.HostAssignment;
import dev.muster.controller.state.RestartHistory.LastFailure;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * How a job that was stopped is put back to work.
 *
 * <p><b>Goals.</b> The least training lost: the cheapest step that can help, and never the same step for ever.
 *
 * <p><b>Constraints.</b> Pure. What was tried is in {@link RestartHistory}, which is stored, so a controller that has
 * just started goes on where the last one was.
 *
 * <p><b>Algorithm.</b> Hosts that are lost, broken or drained must be left. Otherwise the gang is restarted on the hosts
 * it has. When the same failure comes back from the same hosts without a newer checkpoint, restarting in place has been
 * tried: those hosts are suspects and are replaced if anything can take their place. When it comes back once more, from
 * other hosts, it is the application's, and {@link RestartHistory#exceeded} ends the job. A gang that cannot be made
 * whole goes on with fewer hosts where the job allows it, and waits in its queue where not.
 *
 * <p><b>Example.</b> Rank 5 on n3 dies of signal 11: restarted in place. Again: n3 is replaced by a spare. Again, on the
 * spare: FAILED.
 */
public final class RecoveryLadder {

    /** More hosts than this failing alike are no sign of broken hosts. */
    private static final int MOST_SUSPECTS = 4;

    private RecoveryLadder() {}

    /** The hosts that must be left whatever that costs. */
    static SortedSet<String> mustLeave(JobStatus status, StopCause cause) {
        SortedSet<String> hosts = new TreeSet<>(status.avoidHosts());
        hosts.addAll(cause.hosts());
        return hosts;
    }

    /**
     * The hosts that had better be left.
     *
     * @param before the failures before this stop
     * @param after the same with what this stop adds
     */
    static SortedSet<String> suspects(RestartHistory before, RestartHistory after) {
        if (before.last().equals(after.last())) {
            return Collections.emptySortedSet();
        }
        Optional<LastFailure> again = after.last()
                .filter(last -> last.times() > 1 && last.hosts().size() <= MOST_SUSPECTS)
                .filter(last -> before.last()
                        .filter(earlier -> earlier.hosts().equals(last.hosts()))
                        .isPresent());
        return again.map(LastFailure::hosts).orElse(Collections.emptySortedSet());
    }

    /** Which step it was that led from one attempt to the next. */
    static RecoveryStep taken(PlacementRecord last, PlacementRecord next) {
        if (next.hosts().size() != last.hosts().size()) {
            return next.hosts().size() < last.hosts().size() ? RecoveryStep.SHRINK : RecoveryStep.GROW;
        }
        return names(last.hosts()).equals(names(next.hosts()))
                ? RecoveryStep.RESTART_IN_PLACE
                : RecoveryStep.REPLACE_HOSTS;
    }

    private static Set<String> names(List<HostAssignment> assignments) {
        return assignments.stream().map(HostAssignment::host).collect(Collectors.toSet());
    }
}
