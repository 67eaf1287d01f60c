package dev.muster.controller.kubernetes.api;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.crd.generator.annotation.PreserveUnknownFields;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The {@code spec.template} of a job file. What is passed on to the pod as it stands is the pod's own business. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
        value = "!has(self.volumes) || self.volumes.all(one, self.volumes.exists_one(other, other.name == one.name))",
        message = "give each volume its own name")
@ValidationRule(
        value = "!has(self.volumeMounts) || self.volumeMounts.all(mount, has(self.volumes)"
                + " && self.volumes.exists(volume, volume.name == mount.name))",
        message = "a volumeMount names none of the volumes; declare it there")
public record JobTemplate(
        @JsonPropertyDescription("The container image.")
        @Rules.Line
        @ValidationRule(value = Rules.NOT_BLANK, message = Rules.IS_BLANK)
        @Nullable
        String image,

        @JsonPropertyDescription("The program and its arguments; no shell is involved.")
        @Required
        @Size(min = 1, max = 4_096)
        @ValidationRule(
                value = "self.size() == 0 || self[0].matches('\\\\S')",
                message = "is empty; name the program to run, for example [python3, train.py]")
        List<@Pattern(Rules.NO_NUL) @Size(max = Rules.ARGUMENT_LENGTH) String> command,

        @JsonPropertyDescription("Absolute, in the container.")
        @Rules.Line
        @ValidationRule(value = Rules.NOT_BLANK, message = Rules.IS_BLANK)
        @Nullable
        String workingDirectory,

        @JsonPropertyDescription("Added to the environment; what Muster sets itself cannot be replaced.")
        @Size(max = 1_024)
        @ValidationRule(
                value = "self.all(name, name.matches('^[A-Za-z_][A-Za-z0-9_]*$'))",
                message = "has a name that is none of an environment variable; use letters, digits and underscores")
        @ValidationRule(
                value = "self.all(name, !name.startsWith('MUSTER_') && !(name in ['RANK', 'LOCAL_RANK', 'WORLD_SIZE',"
                        + " 'LOCAL_WORLD_SIZE', 'NODE_RANK', 'NNODES', 'MASTER_ADDR', 'MASTER_PORT',"
                        + " 'CUDA_VISIBLE_DEVICES', 'ASCEND_RT_VISIBLE_DEVICES', 'ROCR_VISIBLE_DEVICES']))",
                message = "has a name that is set by Muster for each process; remove it")
        @Nullable
        Map<String, @Pattern(Rules.NO_NUL) @Size(max = Rules.ARGUMENT_LENGTH) String> env,

        @JsonPropertyDescription("The pod's volumes.") @Size(max = 64) @Nullable
        List<PodVolume> volumes,

        @JsonPropertyDescription("Where the container sees them.") @Size(max = 64) @Nullable
        List<PodVolumeMount> volumeMounts,

        @JsonPropertyDescription("Taints that the pods bear, beside those of accelerators.") @Size(max = 64) @Nullable
        List<Map<String, JsonNode>> tolerations,

        @JsonPropertyDescription("The container's security context.") @Nullable
        Map<String, JsonNode> securityContext,

        @JsonPropertyDescription("The pod's security context.") @Nullable
        Map<String, JsonNode> podSecurityContext,

        @JsonPropertyDescription("The service account that the pods run as.") @Rules.ObjectName @Nullable
        String serviceAccountName,

        @JsonPropertyDescription("Secrets to pull the image with.") @Size(max = 16) @Nullable
        List<PullSecret> imagePullSecrets,

        @JsonPropertyDescription("When the image is pulled.") @Nullable
        PullPolicy imagePullPolicy) {

    /** When the image is pulled; the names are Kubernetes' own. */
    public enum PullPolicy {
        Always,
        IfNotPresent,
        Never
    }

    /** A volume; all but its name is passed on as it stands. */
    @PreserveUnknownFields
    public record PodVolume(
            @Required @Rules.Name String name,

            @JsonAnySetter @JsonAnyGetter @Nullable Map<String, JsonNode> rest) {}

    /** A mount; all but what it joins is passed on as it stands. */
    @PreserveUnknownFields
    public record PodVolumeMount(
            @Required @Rules.Name String name,

            @Required @Size(min = 1, max = Rules.PATH_LENGTH)
            String mountPath,

            @JsonAnySetter @JsonAnyGetter @Nullable Map<String, JsonNode> rest) {}

    /** The name of a Secret in the job's namespace. */
    public record PullSecret(@Required @Rules.ObjectName String name) {}
}
