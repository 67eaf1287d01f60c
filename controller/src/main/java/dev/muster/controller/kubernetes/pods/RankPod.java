package dev.muster.controller.kubernetes.pods;

import dev.muster.controller.kubernetes.pods.ApiCall.BindPod;
import dev.muster.controller.kubernetes.pods.ApiCall.CreatePod;
import dev.muster.controller.kubernetes.pods.ApiCall.DeletePod;
import dev.muster.controller.kubernetes.pods.PodReading.Life;
import dev.muster.controller.workload.RankState;
import dev.muster.controller.workload.RankStatus;
import java.util.List;
import java.util.Optional;

/**
 * One rank's pod: what was asked for, what the API server answered, and what the watch says. The two may come in any order.
 *
 * <p>A container runs only once the pod was bound, and a pod is bound by its uid. So once the API server says that the pod
 * is gone nothing of it can begin to run, even if a call that got no answer is carried out late: at most a pod appears that
 * is never bound, and it is deleted when it does.
 */
final class RankPod extends Work {

    private final GangPods gang;
    private final String name;
    private final int rank;
    private final String host;
    private Optional<PodReading> reading = Optional.empty();
    private Optional<String> uid = Optional.empty();
    /** The object may be there, as far as this controller knows. */
    private boolean exists;

    private boolean made;
    private boolean bound;
    private Optional<Long> deletedWithGrace = Optional.empty();
    private boolean fenced;
    /** How the rank ended; never changes once it is there. */
    private Optional<RankStatus> settled = Optional.empty();

    RankPod(GangPods gang, String name, int rank, String host) {
        this.gang = gang;
        this.name = name;
        this.rank = rank;
        this.host = host;
    }

    String name() {
        return name;
    }

    int rank() {
        return rank;
    }

    String host() {
        return host;
    }

    // ---- what is known

    boolean isSettled() {
        return settled.isPresent();
    }

    boolean exists() {
        return exists;
    }

    /** Whether the gang still waits for this pod to be made. */
    boolean isMissing() {
        return !made && settled.isEmpty() && !fenced;
    }

    boolean isFenced() {
        return fenced;
    }

    /** Whether nothing of it can run any more, and no call on its way can change that. */
    boolean isCertainlyDead() {
        return !isInFlight() && (!exists || hasEnded());
    }

    private boolean hasEnded() {
        return reading.filter(known -> known.life().isEnded()).isPresent();
    }

    Optional<PodReading> reading() {
        return reading;
    }

    RankStatus status() {
        boolean runs = reading.filter(known -> known.life() == Life.RUNNING).isPresent();
        return settled.orElseGet(
                () -> new RankStatus(rank, runs ? RankState.RUNNING : RankState.STARTING, 0, "", List.of()));
    }

    // ---- what happens

    void seen(PodReading latest) {
        boolean wasMissing = isMissing();
        boolean another = uid.filter(known -> !known.equals(latest.uid())).isPresent();
        if (another) {
            deletedWithGrace = Optional.empty();
            bound = false;
        }
        reading = Optional.of(latest);
        uid = Optional.of(latest.uid());
        exists = true;
        made = true;
        bound |= latest.bound();
        if (latest.life().isEnded() && settled.isEmpty()) {
            settle(latest);
        }
        count(wasMissing);
    }

    private void count(boolean wasMissing) {
        if (wasMissing && !isMissing()) {
            gang.noLongerMissing();
        }
    }

    private void settle(PodReading end) {
        RankState state = switch (end.life()) {
            case SUCCEEDED -> RankState.SUCCEEDED;
            case FAILED -> RankState.FAILED;
            default -> RankState.STOPPED;
        };
        settled = Optional.of(new RankStatus(rank, state, end.exitCode(), end.message(), List.of()));
    }

    /** The object with this uid is no more. */
    void gone(String goneUid) {
        if (uid.filter(goneUid::equals).isPresent()) {
            gone();
        }
    }

    private void gone() {
        boolean wasMissing = isMissing();
        exists = false;
        if (settled.isEmpty()) {
            String why = reading.map(PodReading::message)
                    .filter(text -> !text.isEmpty())
                    .orElse("the pod was deleted");
            settled = Optional.of(new RankStatus(rank, RankState.STOPPED, -1, why, List.of()));
        }
        count(wasMissing);
    }

    /** The gang is to end: what was never begun has ended with that. */
    void endIfNeverBegun() {
        boolean wasMissing = isMissing();
        if (!exists && settled.isEmpty()) {
            settled = Optional.of(new RankStatus(rank, RankState.STOPPED, -1, "it was not started", List.of()));
        }
        count(wasMissing);
    }

    /** Its host is known to be dead, with all that ran there until now. */
    void fence() {
        boolean wasMissing = isMissing();
        fenced = true;
        count(wasMissing);
    }

    // ---- what to do

    @Override
    boolean isEnding() {
        return gang.order().isEnding() || fenced;
    }

    @Override
    Optional<ApiCall> wanted() {
        if (fenced) {
            boolean mayGo = !hasEnded() || gang.order() == Order.GONE;
            return mayGo ? delete(0) : Optional.empty();
        }
        return switch (gang.order()) {
            case NOTED -> Optional.empty();
            case START -> settled.isPresent() ? deleteStray() : begin();
            case TAKEN_UP -> settled.isPresent() ? deleteStray() : Optional.empty();
            case STOP, KEEP -> hasEnded() ? Optional.empty() : delete(gang.graceSeconds());
            case GONE -> delete(gang.graceSeconds());
        };
    }

    private Optional<ApiCall> deleteStray() {
        return hasEnded() ? Optional.empty() : delete(GangPods.STRAY_GRACE_SECONDS);
    }

    private Optional<ApiCall> begin() {
        if (!made) {
            return gang.podToMake(this).map(CreatePod::new);
        }
        boolean deleted = reading.filter(PodReading::isDeleted).isPresent();
        return !bound && !deleted && uid.isPresent() && gang.isWhole()
                ? uid.map(known -> new BindPod(gang.namespace(), name, known, host))
                : Optional.empty();
    }

    /** Again only to make it shorter: a deletion goes on by itself. */
    private Optional<ApiCall> delete(long graceSeconds) {
        long present = Math.min(
                deletedWithGrace.orElse(Long.MAX_VALUE),
                reading.flatMap(PodReading::deletionGraceSeconds).orElse(Long.MAX_VALUE));
        return exists && graceSeconds < present
                ? Optional.of(new DeletePod(gang.namespace(), name, uid, gang.key(), graceSeconds))
                : Optional.empty();
    }

    @Override
    void noteSent(ApiCall call) {
        exists |= call instanceof CreatePod;
    }

    @Override
    void noteAnswer(ApiCall call, Answer answer) {
        boolean wasMissing = isMissing();
        boolean wasSettled = isSettled();
        if (answer instanceof Answer.Done done) {
            if (call instanceof CreatePod) {
                made = true;
                uid = uid.or(() -> Optional.of(done.uid()));
            } else if (call instanceof BindPod) {
                bound = true;
            } else if (call instanceof DeletePod deletion) {
                deletedWithGrace = Optional.of(deletion.graceSeconds());
            }
        } else if (answer instanceof Answer.Gone && !(call instanceof CreatePod)) {
            gone();
        }
        count(wasMissing);
        gang.answered(this, answer, wasSettled);
    }
}
