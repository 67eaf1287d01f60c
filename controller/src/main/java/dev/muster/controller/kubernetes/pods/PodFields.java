package dev.muster.controller.kubernetes.pods;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.muster.scheduler.job.TemplateSpec;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.util.List;
import java.util.function.Consumer;

/** What a job's template says about its pods that means nothing elsewhere, passed through as it is. */
final class PodFields {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final JsonNode fields;

    private PodFields(JsonNode fields) {
        this.fields = fields;
    }

    /** Throws {@link IllegalArgumentException}, in words for the job's user, where the API server could not read it either. */
    static PodFields of(TemplateSpec template) {
        try {
            return new PodFields(JSON.readTree(template.podJson().orElse("{}")));
        } catch (JsonProcessingException broken) {
            throw new IllegalArgumentException(
                    "template's fields for pods are no JSON: " + broken.getOriginalMessage());
        }
    }

    void applyTo(PodSpecBuilder pod) {
        set("volumes", new TypeReference<List<Volume>>() {}, pod::addAllToVolumes);
        set("tolerations", new TypeReference<List<Toleration>>() {}, pod::addAllToTolerations);
        set("podSecurityContext", new TypeReference<PodSecurityContext>() {}, pod::withSecurityContext);
        set("serviceAccountName", new TypeReference<String>() {}, pod::withServiceAccountName);
        set("imagePullSecrets", new TypeReference<List<LocalObjectReference>>() {}, pod::addAllToImagePullSecrets);
    }

    void applyTo(ContainerBuilder container) {
        set("volumeMounts", new TypeReference<List<VolumeMount>>() {}, container::addAllToVolumeMounts);
        set("securityContext", new TypeReference<SecurityContext>() {}, container::withSecurityContext);
        set("imagePullPolicy", new TypeReference<String>() {}, container::withImagePullPolicy);
    }

    private <V> void set(String name, TypeReference<V> type, Consumer<V> setter) {
        JsonNode given = fields.get(name);
        if (given == null || given.isNull()) {
            return;
        }
        try {
            setter.accept(JSON.convertValue(given, type));
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException(
                    "template." + name + " is " + given + ", which a pod cannot have", wrong);
        }
    }
}
