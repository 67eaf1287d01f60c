package dev.muster.controller.state;

import java.time.Duration;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/** What can happen to a job. */
public sealed interface LifecycleEvent {

    /** Something about one attempt; ignored once that attempt has ended. */
    sealed interface OfAttempt extends LifecycleEvent {
        int epoch();
    }

    /**
     * The scheduler found room; the placement's attempt is one more than the job's.
     *
     * @param leftBehind suspects of {@link Effect.PlaceAgain} that could be replaced
     */
    record Placed(PlacementRecord placement, SortedSet<String> leftBehind) implements LifecycleEvent {
        public Placed {
            leftBehind = Collections.unmodifiableSortedSet(new TreeSet<>(leftBehind));
        }

        public Placed(PlacementRecord placement) {
            this(placement, Collections.emptySortedSet());
        }
    }

    /** Every rank of the attempt runs. */
    record GangRunning(int epoch) implements OfAttempt {}

    /** Every rank of the attempt ended with exit code 0. */
    record GangSucceeded(int epoch) implements OfAttempt {}

    /** A rank ended by itself, not with exit code 0, or could not be started. */
    record RankFailed(int epoch, String host, int rank, int exitCode, String message) implements OfAttempt {}

    /**
     * A host that holds ranks of the attempt does not answer. It comes before the {@link GangStopped} of that attempt,
     * which cannot be certain while a host has neither answered nor been given up: so a rank that failed because its
     * peer's host died is never held against the application.
     */
    record HostLost(int epoch, String host, String message) implements OfAttempt {}

    /** A host that holds ranks of the attempt has a fatal fault or was quarantined. */
    record HostFaulted(int epoch, String host, String message) implements OfAttempt {}

    /** An operator drains a host that holds ranks of the attempt. */
    record HostDraining(int epoch, String host, String message) implements OfAttempt {}

    /** Another job is to have the hosts of the attempt. */
    record Preempted(int epoch, String by) implements OfAttempt {}

    /** A spare of the attempt is lost, broken or drained. */
    record SpareGone(int epoch, String host, String message) implements OfAttempt {}

    /** What the ranks of the attempt last said about their training. */
    record ProgressReported(int epoch, Progress progress) implements OfAttempt {}

    /** A gang that is being stopped has saved its state after it was asked to. */
    record CheckpointSaved(int epoch, long checkpoint) implements OfAttempt {}

    /** No progress for {@code silence}, which is longer than this job ever needed for a step. */
    record HangDetected(int epoch, Duration silence) implements OfAttempt {}

    /**
     * Not every rank of the attempt runs, {@code waited} after it was placed.
     *
     * @param hosts those whose ranks do not all run
     */
    record StartOverdue(int epoch, SortedSet<String> hosts, Duration waited) implements OfAttempt {}

    /** A host says why its ranks do not start; it goes on trying. */
    record StartHindered(int epoch, String host, String message) implements OfAttempt {}

    /**
     * The attempt is being stopped, and no time will ever prove that the ranks on its lost hosts are dead.
     *
     * @param message what will
     */
    record ProofAwaited(int epoch, String message) implements OfAttempt {}

    /** There is room for more hosts than the attempt has, which is fewer than the job asked for. */
    record RoomToGrow(int epoch) implements OfAttempt {}

    /** The attempt ran as long as the job said it would at most. */
    record WalltimeReached(int epoch) implements OfAttempt {}

    /** It is certain that no rank of the attempt makes progress any more, anywhere. */
    record GangStopped(int epoch) implements OfAttempt {}

    /** An operator says that this host is good again; the job need not avoid it any more. */
    record HostReleased(String host) implements LifecycleEvent {}

    /** A host turns out to be bad, by what its agent reports; it may have been to blame for a failure a little while ago. */
    record HostSuspected(String host, String message) implements LifecycleEvent {}

    /** Its user wants it gone. */
    record CancelRequested(String message) implements LifecycleEvent {}

    /** Its user wants it not to be placed for now. */
    record HoldRequested() implements LifecycleEvent {}

    /** Its user wants it to be placed after all. */
    record ReleaseRequested() implements LifecycleEvent {}
}
