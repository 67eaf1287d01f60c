package dev.muster.controller.kubernetes.jobs;

import dev.muster.controller.kubernetes.api.Api;
import dev.muster.controller.kubernetes.api.TrainingJob;
import dev.muster.controller.kubernetes.api.TrainingJobStatus;
import dev.muster.controller.state.JobEvent;
import dev.muster.scheduler.job.JobKey;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.net.HttpURLConnection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What the API server is asked about TrainingJobs, one call each; all of it blocks, and throws what the client throws. */
final class TrainingJobObjects {

    private static final String JOB_UID_LABEL = "muster.dev/job-uid";
    private static final String COMPONENT = "muster";
    private static final int MOST_MESSAGE_LENGTH = 1_000;
    private static final Set<String> ENDED_PHASES = Set.of("Succeeded", "Failed");

    private final KubernetesClient client;

    TrainingJobObjects(KubernetesClient client) {
        this.client = client;
    }

    /** As the API server has it now, whatever an informer believes. */
    Optional<TrainingJob> get(JobKey key) {
        return Optional.ofNullable(resource(key).get());
    }

    private Resource<TrainingJob> resource(JobKey key) {
        return client.resources(TrainingJob.class).inNamespace(key.namespace()).withName(key.name());
    }

    TrainingJob create(TrainingJob object) {
        return client.resource(object).create();
    }

    TrainingJob addFinalizer(TrainingJob object) {
        List<String> finalizers = new ArrayList<>(object.getMetadata().getFinalizers());
        finalizers.add(Api.JOB_FINALIZER);
        return withFinalizers(object, finalizers);
    }

    void removeFinalizer(TrainingJob object) {
        List<String> finalizers = new ArrayList<>(object.getMetadata().getFinalizers());
        finalizers.remove(Api.JOB_FINALIZER);
        try {
            withFinalizers(object, finalizers);
        } catch (KubernetesClientException refused) {
            if (refused.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
                throw refused;
            }
        }
    }

    /** Others may have changed the list meanwhile: with the version it is a conflict then, and is tried again. */
    private TrainingJob withFinalizers(TrainingJob object, List<String> finalizers) {
        Map<String, Object> patch = Map.of(
                "metadata",
                Map.of(
                        "resourceVersion",
                        object.getMetadata().getResourceVersion(),
                        "uid",
                        object.getMetadata().getUid(),
                        "finalizers",
                        finalizers));
        return resource(key(object)).patch(PatchContext.of(PatchType.JSON_MERGE), Serialization.asJson(patch));
    }

    TrainingJob applyStatus(TrainingJob object, TrainingJobStatus status) {
        TrainingJob applied = new TrainingJob();
        ObjectMeta metadata = object.getMetadata();
        applied.setMetadata(new ObjectMetaBuilder()
                .withNamespace(metadata.getNamespace())
                .withName(metadata.getName())
                .withUid(metadata.getUid()) // a namesake made since is left alone
                .build());
        applied.setStatus(status);
        PatchContext apply = new PatchContext.Builder()
                .withPatchType(PatchType.SERVER_SIDE_APPLY)
                .withFieldManager(Api.FIELD_MANAGER)
                .withForce(true)
                .build();
        return client.resource(applied).subresource("status").patch(apply);
    }

    /** Whether a pod of the job may still run; ended ones keep their output until the object goes. */
    boolean hasLivePods(JobKey key, String jobUid) {
        return client.pods().inNamespace(key.namespace()).withLabel(JOB_UID_LABEL, jobUid).list().getItems().stream()
                .anyMatch(TrainingJobObjects::isLive);
    }

    private static boolean isLive(Pod pod) {
        return pod.getStatus() == null
                || !ENDED_PHASES.contains(String.valueOf(pod.getStatus().getPhase()));
    }

    /** Writes a line of the job's history. Its name is made from the line, so that the same one again is no second event. */
    void record(TrainingJob object, JobEvent line) {
        String type = switch (line.severity()) {
            case INFO -> "Normal";
            case WARNING, ERROR -> "Warning";
        };
        record(object, plain(line.jobUid()) + "." + line.sequence(), type, line.type(), line.message(), line.at());
    }

    void recordRefusal(TrainingJob object, String why, Instant at) {
        String name = plain(object.getMetadata().getUid()) + ".refused-" + Integer.toHexString(why.hashCode());
        record(object, name, "Warning", "Refused", why, at);
    }

    private void record(TrainingJob object, String name, String type, String reason, String message, Instant at) {
        ObjectMeta metadata = object.getMetadata();
        EventBuilder event = new EventBuilder()
                .withNewMetadata()
                .withNamespace(metadata.getNamespace())
                .withName(metadata.getName() + "." + name)
                .endMetadata()
                .withNewInvolvedObject()
                .withApiVersion(Api.GROUP + "/" + Api.VERSION)
                .withKind("TrainingJob")
                .withNamespace(metadata.getNamespace())
                .withName(metadata.getName())
                .withUid(metadata.getUid())
                .endInvolvedObject()
                .withType(type)
                .withReason(reason)
                .withMessage(
                        message.length() > MOST_MESSAGE_LENGTH ? message.substring(0, MOST_MESSAGE_LENGTH) : message)
                .withNewSource()
                .withComponent(COMPONENT)
                .endSource()
                .withReportingComponent(COMPONENT)
                .withFirstTimestamp(at.toString())
                .withLastTimestamp(at.toString())
                .withCount(1);
        try {
            client.resource(event.build()).create();
        } catch (KubernetesClientException refused) {
            if (refused.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                throw refused;
            }
        }
    }

    private static String plain(String uid) {
        return uid.toLowerCase(Locale.ROOT).replaceAll("[^-a-z0-9]", "-");
    }

    static JobKey key(TrainingJob object) {
        return new JobKey(
                object.getMetadata().getNamespace(), object.getMetadata().getName());
    }
}
