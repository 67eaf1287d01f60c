package dev.muster.controller.state;

import java.time.Duration;

/** What can happen to a job. Those with an epoch are ignored when the job has moved on to a later attempt. */
public sealed interface LifecycleEvent {

    /** The scheduler found room; the placement's attempt is one more than the job's. */
    record Placed(PlacementRecord placement) implements LifecycleEvent {}

    /** Every rank of the attempt runs. */
    record GangRunning(int epoch) implements LifecycleEvent {}

    /** Every rank of the attempt ended with exit code 0. */
    record GangSucceeded(int epoch) implements LifecycleEvent {}

    /** A rank ended by itself, not with exit code 0, or could not be started. */
    record RankFailed(int epoch, String host, int rank, int exitCode, String message) implements LifecycleEvent {}

    /** A host that holds ranks of the attempt does not answer. */
    record HostLost(int epoch, String host, String message) implements LifecycleEvent {}

    /** A host that holds ranks of the attempt has a fatal fault or was quarantined. */
    record HostFaulted(int epoch, String host, String message) implements LifecycleEvent {}

    /** An operator drains a host that holds ranks of the attempt. */
    record HostDraining(int epoch, String host, String message) implements LifecycleEvent {}

    /** A spare of the attempt is lost, broken or drained. */
    record SpareGone(int epoch, String host, String message) implements LifecycleEvent {}

    record ProgressReported(int epoch, Progress progress) implements LifecycleEvent {}

    /** No progress for {@code silence}, which is longer than this job ever needed for a step. */
    record HangDetected(int epoch, Duration silence) implements LifecycleEvent {}

    record WalltimeReached(int epoch) implements LifecycleEvent {}

    /** It is certain that no rank of the attempt makes progress any more, anywhere. */
    record GangStopped(int epoch) implements LifecycleEvent {}

    record CancelRequested(String message) implements LifecycleEvent {}

    record HoldRequested() implements LifecycleEvent {}

    record ReleaseRequested() implements LifecycleEvent {}
}
