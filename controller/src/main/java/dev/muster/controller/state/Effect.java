package dev.muster.controller.state;

import java.time.Duration;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What must happen in the world after a transition is durable. Each is idempotent; {@link JobLifecycle#resume} derives
 * again from the store what a controller that died may have left undone.
 */
public sealed interface Effect {

    /** Start the ranks of this attempt on its hosts. */
    record StartGang(PlacementRecord placement) implements Effect {}

    /**
     * Stop every rank of the attempt and report {@link LifecycleEvent.GangStopped} when that is certain.
     *
     * @param checkpointFirst whether to send the job's checkpoint signal and give it the job's grace
     * @param termGrace between TERM and KILL
     */
    record StopGang(int epoch, boolean checkpointFirst, Duration termGrace) implements Effect {

        /** Whether the ranks are gone earlier this way than the other. */
        boolean isSoonerThan(StopGang other) {
            return checkpointFirst == other.checkpointFirst
                    ? termGrace.compareTo(other.termGrace) < 0
                    : other.checkpointFirst;
        }
    }

    /** The attempt's end is recorded: agents may forget it. */
    record ForgetGang(int epoch) implements Effect {}

    /** The attempt's hosts are free for others. */
    record ReleaseHosts(int epoch) implements Effect {}

    /**
     * Place the next attempt now, on the hosts of the last one but these, with spares first; when that is impossible
     * the job gives its hosts back and waits in its queue. After a controller's restart it waits in its queue too: the
     * last attempt's record has ended, so its hosts are free.
     *
     * @param withoutHosts those the last attempt was stopped for and all that the job avoids
     * @param suspects hosts that had better be replaced too, and stay where nothing can take their place
     */
    record PlaceAgain(int epoch, SortedSet<String> withoutHosts, SortedSet<String> suspects) implements Effect {

        public PlaceAgain {
            withoutHosts = Collections.unmodifiableSortedSet(new TreeSet<>(withoutHosts));
            suspects = Collections.unmodifiableSortedSet(new TreeSet<>(suspects));
        }

        public PlaceAgain(int epoch, SortedSet<String> withoutHosts) {
            this(epoch, withoutHosts, Collections.emptySortedSet());
        }
    }

    /** This spare of the attempt is no longer held. */
    record ReleaseSpare(int epoch, String host) implements Effect {}
}
