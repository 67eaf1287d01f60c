package dev.muster.controller.kubernetes.pods;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a pod object says about its rank; all that is kept of it.
 *
 * @param job the job's name as far as a label holds it
 * @param host the node that it was made for, whether bound yet or not
 * @param bound whether a kubelet has it
 * @param exitCode of an ended rank; -1 where no kubelet told one
 * @param message of an ended rank its last words, of one that does not start what the kubelet says, of one that is
 *     interrupted why; bounded
 * @param deletionGraceSeconds how long it may go on after its deletion; empty while nobody has deleted it
 */
record PodReading(
        String namespace,
        String name,
        String uid,
        GangKey gang,
        String job,
        int rank,
        String host,
        boolean bound,
        Life life,
        int exitCode,
        String message,
        Optional<Long> deletionGraceSeconds) {

    /** How far a rank is. */
    enum Life {
        /** Not running yet. */
        PENDING,
        /** Not running yet, and the kubelet says what hinders it. */
        HINDERED,
        RUNNING,
        SUCCEEDED,
        /** Ended by itself, not with exit code 0. */
        FAILED,
        /** Ended, or never begun, because of what was done to the pod or its node. */
        INTERRUPTED;

        boolean isEnded() {
            return this == SUCCEEDED || this == FAILED || this == INTERRUPTED;
        }
    }

    private static final int MAX_MESSAGE_LENGTH = 4096;
    private static final Set<String> HINDRANCES = Set.of(
            "ErrImagePull",
            "ImagePullBackOff",
            "InvalidImageName",
            "ErrImageNeverPull",
            "ErrInvalidImageName",
            "ImageInspectError",
            "RegistryUnavailable",
            "CreateContainerConfigError",
            "CreateContainerError",
            "CreatePodSandboxError",
            "RunContainerError",
            "StartError");
    /** Nobody knows how such a container ended. */
    private static final String LOST_CONTAINER = "ContainerStatusUnknown";
    /** Timestamps have whole seconds, and nodes' clocks differ. */
    private static final Duration CLOCK_MARGIN = Duration.ofSeconds(1);

    /** Empty for a pod without the labels of this adapter. */
    static Optional<PodReading> of(Pod pod) {
        ObjectMeta metadata = pod.getMetadata();
        Map<String, String> labels = orEmpty(metadata.getLabels());
        String jobUid = labels.get(PodLabels.JOB_UID);
        Optional<Integer> attempt = number(labels.get(PodLabels.ATTEMPT));
        Optional<Integer> rank = number(labels.get(PodLabels.RANK));
        if (jobUid == null || attempt.isEmpty() || rank.isEmpty()) {
            return Optional.empty();
        }
        String node = pod.getSpec().getNodeName();
        Ending ending = ending(pod);
        return Optional.of(new PodReading(
                metadata.getNamespace(),
                metadata.getName(),
                metadata.getUid(),
                new GangKey(jobUid, attempt.get()),
                labels.getOrDefault(PodLabels.JOB, ""),
                rank.get(),
                node == null ? madeFor(metadata, labels) : node,
                node != null,
                ending.life(),
                ending.exitCode(),
                bounded(ending.message()),
                Optional.ofNullable(metadata.getDeletionTimestamp())
                        .map(time -> Optional.ofNullable(metadata.getDeletionGracePeriodSeconds())
                                .orElse(0L))));
    }

    private static String madeFor(ObjectMeta metadata, Map<String, String> labels) {
        String annotation = orEmpty(metadata.getAnnotations()).get(PodLabels.HOST);
        return annotation == null ? labels.getOrDefault(PodLabels.HOST, "") : annotation;
    }

    boolean isDeleted() {
        return deletionGraceSeconds.isPresent();
    }

    private record Ending(Life life, int exitCode, String message) {}

    private static Ending ending(Pod pod) {
        Optional<ContainerState> state = containerState(pod);
        Optional<ContainerStateTerminated> terminated = state.map(ContainerState::getTerminated);
        String disruption = disruption(pod);
        if (terminated.isPresent()) {
            return terminated(pod, terminated.get(), disruption);
        }
        String phase = String.valueOf(pod.getStatus().getPhase());
        if (phase.equals("Succeeded")) {
            return new Ending(Life.SUCCEEDED, 0, "");
        }
        if (phase.equals("Failed")) {
            return new Ending(Life.INTERRUPTED, -1, disruption.isEmpty() ? "no container was run" : disruption);
        }
        if (state.map(ContainerState::getRunning).isPresent()) {
            return new Ending(Life.RUNNING, -1, disruption);
        }
        return state.map(ContainerState::getWaiting)
                .flatMap(PodReading::hindrance)
                .map(words -> new Ending(Life.HINDERED, -1, words))
                .orElseGet(() -> new Ending(Life.PENDING, -1, disruption));
    }

    private static Ending terminated(Pod pod, ContainerStateTerminated end, String disruption) {
        int exitCode = Optional.ofNullable(end.getExitCode()).orElse(-1);
        if (exitCode == 0) {
            return new Ending(Life.SUCCEEDED, 0, "");
        }
        if (LOST_CONTAINER.equals(end.getReason()) || !disruption.isEmpty()) {
            return new Ending(
                    Life.INTERRUPTED, exitCode, disruption.isEmpty() ? "the node lost the container" : disruption);
        }
        if (wasTold(pod.getMetadata(), end)) {
            return new Ending(Life.INTERRUPTED, exitCode, "the pod was deleted");
        }
        String reason = Optional.ofNullable(end.getReason())
                .filter(word -> !word.equals("Error"))
                .orElse("");
        String words = Optional.ofNullable(end.getMessage()).orElse("");
        return new Ending(Life.FAILED, exitCode, reason + (reason.isEmpty() || words.isEmpty() ? "" : ": ") + words);
    }

    /** Whether the container ended after somebody had asked for the pod's end. */
    private static boolean wasTold(ObjectMeta metadata, ContainerStateTerminated end) {
        Optional<Instant> deadline = time(metadata.getDeletionTimestamp());
        if (deadline.isEmpty()) {
            return false;
        }
        long grace =
                Optional.ofNullable(metadata.getDeletionGracePeriodSeconds()).orElse(0L);
        Instant asked = deadline.get().minusSeconds(grace);
        return time(end.getFinishedAt())
                .map(finished -> !finished.plus(CLOCK_MARGIN).isBefore(asked))
                .orElse(true);
    }

    /** What was done to the pod from outside: evicted, preempted, refused by the kubelet, its node shut down. */
    private static String disruption(Pod pod) {
        Optional<PodCondition> target = orEmpty(pod.getStatus().getConditions()).stream()
                .filter(condition -> condition.getType().equals("DisruptionTarget")
                        && condition.getStatus().equals("True"))
                .findFirst();
        String reason = pod.getStatus().getReason();
        if (reason != null) {
            return words(reason, pod.getStatus().getMessage());
        }
        return target.map(condition -> words(condition.getReason(), condition.getMessage()))
                .orElse("");
    }

    private static Optional<String> hindrance(ContainerStateWaiting waiting) {
        return Optional.ofNullable(waiting.getReason())
                .filter(HINDRANCES::contains)
                .map(reason -> words(reason, waiting.getMessage()));
    }

    private static String words(@Nullable String reason, @Nullable String message) {
        String said = message == null ? "" : message;
        return reason == null ? said : reason + (said.isEmpty() ? "" : ": " + said);
    }

    private static Optional<ContainerState> containerState(Pod pod) {
        return orEmpty(pod.getStatus().getContainerStatuses()).stream()
                .filter(status -> status.getName().equals(GangPlan.CONTAINER))
                .findFirst()
                .map(ContainerStatus::getState);
    }

    private static Optional<Instant> time(@Nullable String text) {
        try {
            return Optional.ofNullable(text)
                    .map(value -> OffsetDateTime.parse(value).toInstant());
        } catch (DateTimeParseException none) {
            return Optional.empty();
        }
    }

    private static Optional<Integer> number(@Nullable String text) {
        return Optional.ofNullable(text)
                .filter(value -> value.matches("[0-9]{1,9}"))
                .map(Integer::valueOf);
    }

    /** The end says most. */
    private static String bounded(String text) {
        return text.length() <= MAX_MESSAGE_LENGTH ? text : text.substring(text.length() - MAX_MESSAGE_LENGTH);
    }

    private static Map<String, String> orEmpty(@Nullable Map<String, String> map) {
        return map == null ? Map.of() : map;
    }

    private static <E> List<E> orEmpty(@Nullable List<E> list) {
        return list == null ? List.of() : list;
    }
}
