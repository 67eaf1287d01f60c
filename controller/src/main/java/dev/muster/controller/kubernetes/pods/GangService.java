package dev.muster.controller.kubernetes.pods;

import dev.muster.controller.kubernetes.pods.ApiCall.CreateService;
import dev.muster.controller.kubernetes.pods.ApiCall.DeleteService;
import java.util.Optional;

/** The headless service of a gang: made before its pods, so that they find each other's names at once. */
final class GangService extends Work {

    private final GangPods gang;
    private boolean made;
    private boolean mayExist;

    GangService(GangPods gang, boolean mayExist) {
        this.gang = gang;
        this.mayExist = mayExist;
    }

    boolean isMade() {
        return made;
    }

    boolean mayExist() {
        return mayExist;
    }

    @Override
    boolean isEnding() {
        return gang.order().isEnding();
    }

    @Override
    boolean waits() {
        return gang.order() == Order.START && !made && gang.waitsForOwner();
    }

    @Override
    Optional<ApiCall> wanted() {
        return switch (gang.order()) {
            case NOTED, TAKEN_UP, STOP -> Optional.empty();
            case START -> made ? Optional.empty() : gang.plan().map(plan -> new CreateService(plan.service()));
            case KEEP, GONE ->
                mayExist
                        ? Optional.of(new DeleteService(gang.namespace(), gang.serviceName(), gang.key()))
                        : Optional.empty();
        };
    }

    @Override
    void noteSent(ApiCall call) {
        mayExist |= call instanceof CreateService;
    }

    @Override
    void noteAnswer(ApiCall call, Answer answer) {
        if (call instanceof CreateService && answer instanceof Answer.Done) {
            made = true;
        } else if (call instanceof DeleteService && (answer instanceof Answer.Done || answer instanceof Answer.Gone)) {
            mayExist = false;
        }
        gang.answered(this, call, answer);
    }
}
